package dev.sluice.formats.text.json;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Format;
import dev.sluice.data.testkit.FormatContract;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;

/// The contract of formats. Types are found from what the texts look like, so a column is read as the widest kind that
/// its values need.
final class JsonContractTest {
    abstract static class Contract extends FormatContract {
        private final Map<String, Object> dataset;
        private final Map<String, Object> written;

        Contract(Map<String, Object> dataset, Map<String, Object> written) {
            this.dataset = dataset;
            this.written = written;
        }

        @Override
        protected Format format() {
            return new JsonFormat();
        }

        private Endpoint endpoint(TestEndpoint endpoint, Map<String, Object> settings) {
            endpoint.dataset("Json");
            dataset.forEach(endpoint::with);
            settings.forEach(endpoint::format);
            return endpoint.build();
        }

        @Override
        protected Endpoint source() {
            return endpoint(TestEndpoint.source(), Map.of());
        }

        @Override
        protected Endpoint sink() {
            return endpoint(TestEndpoint.sink(), written);
        }

        @Override
        protected boolean namesColumnsWithoutRows() {
            return false;
        }

        /// Which of the wider kinds depends on the values where digits could be lost: those are tried on their own.
        @Override
        protected List<DataType> types() {
            return RandomData.allTypes().stream()
                    .filter(t -> t.kind() != DataType.Kind.DECIMAL || t.precision() <= 9)
                    .filter(t -> t.kind() != DataType.Kind.UINT64)
                    .toList();
        }

        @Override
        protected DataType readType(DataType type) {
            return switch (type.kind()) {
                case BOOLEAN -> DataType.BOOLEAN;
                case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64 -> DataType.INT64;
                case FLOAT32, FLOAT64 -> DataType.FLOAT64;
                case DECIMAL -> type.scale() == 0 ? DataType.INT64 : DataType.FLOAT64;
                default -> DataType.STRING;
            };
        }

        @Override
        protected @Nullable Object expected(DataType type, @Nullable Object value) {
            if (value == null) {
                return null;
            }
            return switch (type.kind()) {
                case BOOLEAN, STRING, FLOAT64 -> value;
                case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64 -> ((Number) value).longValue();
                case FLOAT32 -> Double.valueOf(value.toString());
                case DECIMAL ->
                    type.scale() == 0
                            ? (Object) ((BigDecimal) value).longValueExact()
                            : (Object) ((BigDecimal) value).doubleValue();
                case DATE -> Rows.text(type, value) + "T00:00:00";
                case TIMESTAMP -> Rows.text(type, value).replace(' ', 'T');
                case INSTANT -> Rows.text(type, value).replaceFirst(" ", "T").replace(" ", "");
                default -> Rows.text(type, value);
            };
        }
    }

    @Nested
    class SetOfObjects extends Contract {
        SetOfObjects() {
            super(Map.of(), Map.of());
        }
    }

    @Nested
    class ArrayOfObjectsInUtf16 extends Contract {
        ArrayOfObjectsInUtf16() {
            super(Map.of("encodingName", "UTF-16"), Map.of("filePattern", "arrayOfObjects"));
        }
    }

    @Nested
    class Gzip extends Contract {
        Gzip() {
            super(Map.of("compression", Map.of("type", "gzip")), Map.of("filePattern", "arrayOfObjects"));
        }

        @Override
        protected boolean noticesTruncation() {
            return true;
        }
    }
}
