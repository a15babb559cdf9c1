package dev.sluice.connectors.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.connectors.jdbc.relational.EngineSourceContract;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Source;
import dev.sluice.diagnosis.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MySqlSourceContractTest extends EngineSourceContract {
    @Override
    protected Engine engine() {
        return MariaDb.engine();
    }

    @Override
    protected List<DataType> types() {
        return MariaDb.TYPES;
    }

    @Override
    protected Optional<String> analysis(String table) {
        return Optional.of("ANALYZE TABLE `" + table + "`");
    }

    @Override
    protected Optional<Endpoint> stalled() {
        return Optional.of(engine().source("", Map.of("query", "SELECT SLEEP(60) AS slept")));
    }

    @Test
    void partitions_are_read_one_by_one_or_only_those_that_are_named() throws Exception {
        String name = Engine.name();
        engine().sql(
                        "CREATE TABLE " + name
                                + " (id int) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (10),"
                                + " PARTITION middle VALUES LESS THAN (20), PARTITION high VALUES LESS THAN MAXVALUE)",
                        "INSERT INTO " + name + " VALUES (1), (2), (11), (21), (22)");
        assertThat(ids(name, List.of())).containsExactly("high", "low", "middle");
        assertThat(ids(name, List.of("LOW", "high", "low"))).containsExactly("low", "high");
        assertThatThrownBy(() -> ids(name, List.of("low", "nowhere")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("partitionNames")
                .hasMessageContaining("nowhere");
    }

    private List<String> ids(String table, List<String> names) {
        Map<String, Object> activity = Map.of(
                "partitionOption", "PhysicalPartitionsOfTable", "partitionSettings", Map.of("partitionNames", names));
        try (Source s = engine().connector().source(engine().source(table, activity), job)) {
            return s.splits(2).stream()
                    .map(p -> p.describe().replaceAll(".*PARTITION \\(`(.*)`\\)", "$1"))
                    .toList();
        }
    }
}
