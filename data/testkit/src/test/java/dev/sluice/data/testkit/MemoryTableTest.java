package dev.sluice.data.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.TableConnector;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

class MemoryTableTest {
    @Nested
    class AsSource extends TableSourceContract {
        private final MemoryTableConnector connector = new MemoryTableConnector();

        @Override
        protected TableConnector connector() {
            return connector;
        }

        @Override
        protected Endpoint table(Schema schema, List<List<@Nullable Object>> rows) {
            connector.with("t", new MemoryTable(schema, rows));
            return MemoryTableConnector.source("t").build();
        }

        @Override
        protected List<DataType> types() {
            return RandomData.allTypes();
        }

        @Override
        protected Optional<Endpoint> missing() {
            return Optional.of(MemoryTableConnector.source("none").build());
        }

        @Override
        protected Optional<Endpoint> stalled() {
            CountDownLatch never = new CountDownLatch(1);
            Schema schema = Schema.of(new Field("key", DataType.INT32));
            connector.with("stalled", new MemoryTable(schema).onRead((part, batch) -> never.await()));
            return Optional.of(MemoryTableConnector.source("stalled").build());
        }

        @AfterEach
        void nothing_stays_open() {
            assertThat(connector.openCount()).isZero();
        }
    }

    @Nested
    class AsSink extends TableSinkContract {
        private final MemoryTableConnector connector = new MemoryTableConnector();

        @Override
        protected TableConnector connector() {
            return connector;
        }

        @Override
        protected Endpoint target(Schema schema) {
            connector.with("t", new MemoryTable(schema));
            return MemoryTableConnector.sink("t").build();
        }

        @Override
        protected List<List<@Nullable Object>> content(Schema schema) {
            return connector.table("t").rows();
        }

        @Override
        protected List<DataType> types() {
            return RandomData.allTypes();
        }

        @Override
        protected Optional<Endpoint> absent() {
            return Optional.of(MemoryTableConnector.sink("t")
                    .activity("tableOption", "autoCreate")
                    .build());
        }

        @Override
        protected Optional<Endpoint> missing() {
            return Optional.of(MemoryTableConnector.sink("none").build());
        }

        @AfterEach
        void nothing_stays_open() {
            assertThat(connector.openCount()).isZero();
        }
    }
}
