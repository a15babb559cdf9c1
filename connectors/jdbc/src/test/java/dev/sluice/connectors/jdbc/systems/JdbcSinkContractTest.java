package dev.sluice.connectors.jdbc.systems;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.connectors.jdbc.relational.EngineSinkContract;
import dev.sluice.data.batch.DataType;
import java.util.List;

class JdbcSinkContractTest extends EngineSinkContract {
    @Override
    protected Engine engine() {
        return H2.engine();
    }

    @Override
    protected List<DataType> types() {
        return H2.TYPES;
    }
}
