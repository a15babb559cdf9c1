package dev.sluice.formats.text;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Format;
import dev.sluice.data.testkit.FormatContract;
import dev.sluice.data.testkit.TestEndpoint;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/// The contract of formats, with Data Factory's defaults and with settings that take other paths through the code.
final class DelimitedTextContractTest {
    abstract static class Contract extends FormatContract {
        private final Map<String, Object> dataset;
        private final Map<String, Object> written;

        Contract(Map<String, Object> dataset, Map<String, Object> written) {
            this.dataset = dataset;
            this.written = written;
        }

        @Override
        protected Format format() {
            return new DelimitedTextFormat();
        }

        private Endpoint endpoint(TestEndpoint endpoint, Map<String, Object> settings) {
            endpoint.dataset("DelimitedText").with("firstRowAsHeader", true);
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
        protected DataType readType(DataType type) {
            return DataType.STRING;
        }
    }

    @Nested
    class Defaults extends Contract {
        Defaults() {
            super(Map.of(), Map.of());
        }
    }

    @Nested
    class Rfc4180 extends Contract {
        Rfc4180() {
            super(Map.of("escapeChar", "\"", "rowDelimiter", "\n"), Map.of("quoteAllText", false));
        }
    }

    @Nested
    class LongMarks extends Contract {
        LongMarks() {
            super(
                    Map.of("columnDelimiter", "<|>", "rowDelimiter", "§§\n", "quoteChar", "þ", "nullValue", "\\N"),
                    Map.of("quoteAllText", false));
        }
    }

    @Nested
    class Utf16 extends Contract {
        Utf16() {
            super(Map.of("encodingName", "UTF-16", "columnDelimiter", "\t"), Map.of());
        }
    }

    @Nested
    class Gzip extends Contract {
        Gzip() {
            super(Map.of("compressionCodec", "gzip"), Map.of("quoteAllText", false));
        }

        @Override
        protected boolean noticesTruncation() {
            return true;
        }
    }

    @Nested
    class Zip extends Contract {
        Zip() {
            super(Map.of("compressionCodec", "ZipDeflate"), Map.of());
        }
    }

    @Nested
    class TarGzip extends Contract {
        TarGzip() {
            super(Map.of("compressionCodec", "TarGZip", "compressionLevel", "Optimal"), Map.of());
        }

        @Override
        protected boolean noticesTruncation() {
            return true;
        }
    }
}
