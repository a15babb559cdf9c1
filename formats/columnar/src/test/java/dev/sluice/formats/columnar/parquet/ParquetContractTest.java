package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Format;
import dev.sluice.data.testkit.FormatContract;
import dev.sluice.data.testkit.TestEndpoint;
import org.junit.jupiter.api.Nested;

class ParquetContractTest {
    abstract static class Contract extends FormatContract {
        private final String codec;

        Contract(String codec) {
            this.codec = codec;
        }

        @Override
        protected Format format() {
            return new ParquetFormat();
        }

        @Override
        protected Endpoint sink() {
            return TestEndpoint.sink()
                    .dataset("Parquet")
                    .with("compressionCodec", codec)
                    .build();
        }

        @Override
        protected boolean noticesTruncation() {
            return true;
        }
    }

    @Nested
    class Uncompressed extends Contract {
        Uncompressed() {
            super("none");
        }
    }

    @Nested
    class WithSnappy extends Contract {
        WithSnappy() {
            super("snappy");
        }
    }

    @Nested
    class WithGzip extends Contract {
        WithGzip() {
            super("gzip");
        }
    }

    @Nested
    class WithZstd extends Contract {
        WithZstd() {
            super("zstd");
        }
    }

    @Nested
    class WithLz4 extends Contract {
        WithLz4() {
            super("lz4");
        }
    }
}
