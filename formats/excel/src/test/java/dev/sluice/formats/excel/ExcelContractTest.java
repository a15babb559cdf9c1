package dev.sluice.formats.excel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.FormatContract;
import dev.sluice.data.testkit.MemoryFileStore;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExcelContractTest extends FormatContract {
    @Override
    protected Format format() {
        return new ExcelFormat();
    }

    @Override
    protected Endpoint source() {
        return TestEndpoint.source()
                .dataset("Excel")
                .with("firstRowAsHeader", true)
                .build();
    }

    @Override
    protected Endpoint sink() {
        return TestEndpoint.sink()
                .dataset("Excel")
                .with("firstRowAsHeader", true)
                .build();
    }

    /// Everything is text.
    @Override
    protected DataType readType(DataType written) {
        return DataType.STRING;
    }

    /// A cell knows no empty text besides the empty cell, and no zeros behind a number's last digit.
    @Override
    protected @Nullable Object expected(DataType written, @Nullable Object value) {
        if (value == null || value.equals("")) {
            return null;
        }
        return switch (value) {
            case Float f -> number(Double.parseDouble(Rows.text(written, f)));
            case Double d -> number(d);
            case BigDecimal d when d.toPlainString().replaceAll("[-.]", "").length() <= 15 -> number(d.doubleValue());
            case java.nio.ByteBuffer b when b.remaining() == 0 -> null;
            default -> super.expected(written, value);
        };
    }

    private static String number(double value) {
        return new CellText(false).of(value, CellText.Shown.NUMBER);
    }

    @Override
    protected boolean noticesTruncation() {
        return true;
    }

    @Override
    @Test
    protected void long_values_and_many_columns_fit() throws IOException {
        MemoryFileStore store = new MemoryFileStore(files, job.clock(), Kind.SINK);
        Schema schema = Schema.of(new Field("text", DataType.STRING));
        try (FileOutput out = store.create("long");
                Writer writer = format().encoder(sink()).open(out, schema, job);
                Batch batch = Rows.batch(schema, job.memory(), List.of(Rows.row("x".repeat(32_768))))) {
            assertThatThrownBy(() -> writer.write(batch))
                    .hasMessageContaining("ValueTooLong")
                    .hasMessageContaining("long A2")
                    .hasMessageContaining("32767");
        }
    }
}
