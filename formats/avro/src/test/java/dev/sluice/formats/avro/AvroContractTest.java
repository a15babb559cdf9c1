package dev.sluice.formats.avro;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Format;
import dev.sluice.data.testkit.FormatContract;
import dev.sluice.data.testkit.TestEndpoint;
import org.junit.jupiter.api.Nested;

class AvroContractTest {
    abstract static class Contract extends FormatContract {
        private final String codec;

        Contract(String codec) {
            this.codec = codec;
        }

        @Override
        protected Format format() {
            return new AvroFormat();
        }

        @Override
        protected Endpoint sink() {
            return TestEndpoint.sink()
                    .dataset("Avro")
                    .with("avroCompressionCodec", codec)
                    .build();
        }
    }

    @Nested
    class Uncompressed extends Contract {
        Uncompressed() {
            super("none");
        }
    }

    @Nested
    class WithDeflate extends Contract {
        WithDeflate() {
            super("deflate");
        }
    }

    @Nested
    class WithSnappy extends Contract {
        WithSnappy() {
            super("snappy");
        }
    }

    @Nested
    class WithBzip2 extends Contract {
        WithBzip2() {
            super("bzip2");
        }
    }

    @Nested
    class WithZstandard extends Contract {
        WithZstandard() {
            super("zstandard");
        }
    }
}
