package dev.sluice.connectors.jdbc.mysql;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.connectors.jdbc.relational.EngineSinkContract;
import dev.sluice.data.batch.DataType;
import java.util.List;

class MySqlSinkContractTest extends EngineSinkContract {
    @Override
    protected Engine engine() {
        return MariaDb.engine();
    }

    @Override
    protected List<DataType> types() {
        return MariaDb.TYPES;
    }
}
