package dev.sluice.connectors.jdbc.systems;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.connectors.jdbc.relational.EngineSourceContract;
import dev.sluice.data.batch.DataType;
import java.util.List;

class JdbcSourceContractTest extends EngineSourceContract {
    @Override
    protected Engine engine() {
        return H2.engine();
    }

    @Override
    protected List<DataType> types() {
        return H2.TYPES;
    }
}
