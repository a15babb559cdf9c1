package dev.sluice.connectors.jdbc.embedded;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.connectors.jdbc.relational.EngineSourceContract;
import dev.sluice.data.batch.DataType;
import java.util.List;

class DuckDbSourceContractTest extends EngineSourceContract {
    private final Engine engine = DuckDbFile.engine();

    @Override
    protected Engine engine() {
        return engine;
    }

    @Override
    protected List<DataType> types() {
        return DuckDbFile.TYPES;
    }
}
