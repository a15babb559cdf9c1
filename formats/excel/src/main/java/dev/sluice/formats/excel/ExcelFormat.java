package dev.sluice.formats.excel;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.Set;

/// Data Factory's `Excel` dataset: `sheetName` or `sheetIndex`, `range`, `firstRowAsHeader`, `nullValue`,
/// `compression`. Data Factory only reads workbooks; here .xlsx is written, too (one sheet;
/// `maxRowsPerFile` and `fileNamePrefix` of the sink's `formatSettings`).
///
/// Where Data Factory's documentation is silent, this is what happens: everything is text, numbers in the shortest form
/// that reads back the same, cells formatted as date or time in the forms of delimited text; a formula is its last
/// result; an error (`#N/A`) is that text; rows without a value are none.
public final class ExcelFormat implements Format {
    @Override
    public Descriptor descriptor() {
        return new Descriptor("Excel", "ExcelSource", "ExcelSink", Set.of(Capability.READ, Capability.WRITE));
    }

    @Override
    public Decoder decoder(Endpoint endpoint) {
        return new ExcelDecoder(Table.of(endpoint.dataset()));
    }

    @Override
    public Encoder encoder(Endpoint endpoint) {
        Settings dataset = endpoint.dataset();
        Table table = Table.of(dataset);
        if (table.range().given()) {
            throw refused(endpoint, "writing to a range; workbooks are written whole, from cell A1.");
        }
        if (table.packing() != dev.sluice.data.packing.Packing.NONE) {
            throw refused(endpoint, "a packed workbook as sink; .xlsx is packed by itself.");
        }
        String sheet = table.sheetName().orElse("Sheet1");
        if (sheet.length() > 31 || sheet.matches(".*[\\\\/?*\\[\\]:].*")) {
            throw dataset.wrong("sheetName", sheet, "at most 31 characters without \\ / ? * [ ] :");
        }
        Settings format = endpoint.formatSettings();
        return new ExcelEncoder(
                sheet,
                table.header(),
                format.number("maxRowsPerFile", 1, Cells.MOST_ROWS - 1).orElse(Long.MAX_VALUE),
                format.text("fileNamePrefix").orElse(""));
    }

    private static RuntimeException refused(Endpoint endpoint, String detail) {
        return DataFaults.FEATURE_UNSUPPORTED
                .problem()
                .on(endpoint.side())
                .at(endpoint.datasetName())
                .evidence("path", endpoint.datasetName())
                .evidence("format", "Excel")
                .evidence("detail", detail)
                .exception();
    }

    /// How workbooks of one dataset are written.
    private record ExcelEncoder(String sheet, boolean header, long maxRowsPerFile, String fileNamePrefix)
            implements Encoder {
        @Override
        public String extension() {
            return ".xlsx";
        }

        @Override
        public Writer open(FileOutput output, Schema schema, JobContext job) throws IOException {
            if (schema.size() > Cells.MOST_COLUMNS) {
                throw DataFaults.MAPPING_INVALID.with(
                        "detail", schema.size() + " columns; a sheet has at most " + Cells.MOST_COLUMNS + ".");
            }
            return new XlsxWriter(output, schema, sheet, header, job);
        }
    }
}
