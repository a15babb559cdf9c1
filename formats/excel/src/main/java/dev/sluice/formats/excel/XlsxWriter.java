package dev.sluice.formats.excel;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes a workbook of one sheet as a stream. A number that a cell cannot hold exactly (15 digits), and a moment finer
/// than milliseconds or before March 1900, becomes text.
final class XlsxWriter implements Writer {
    private static final String HEAD = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    private static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static final String RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private static final String PACKAGE = "http://schemas.openxmlformats.org/package/2006/";
    private static final String TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    private static final long BUFFERS = 512 << 10;
    private static final double EXACT = 1e15;

    /// 1900-03-01 and 10000-01-01 in days since 1970.
    private static final long FIRST_DAY = -25_508;

    private static final long LAST_DAY = 2_932_897;
    private static final long DAYS_1900 = 25_569;

    private final FileOutput output;
    private final Reservation memory;
    private final ZipOutputStream zip;
    private final StringBuilder text = new StringBuilder();
    private final String[] columnNames;
    private int row;

    XlsxWriter(FileOutput output, Schema schema, String sheet, boolean header, JobContext job) throws IOException {
        this.output = output;
        this.memory = new Reservation(job.memory());
        memory.take(BUFFERS);
        boolean open = false;
        try {
            this.columnNames = new String[schema.size()];
            for (int c = 0; c < columnNames.length; c++) {
                columnNames[c] = Cells.columnName(c);
            }
            this.zip = new ZipOutputStream(new BufferedOutputStream(new Chunks(output), 64 << 10), UTF_8);
            zip.setLevel(1);
            parts(sheet);
            if (header) {
                header(schema);
            }
            open = true;
        } finally {
            if (!open) {
                memory.close();
            }
        }
    }

    private static final class Chunks extends OutputStream {
        private final FileOutput output;

        Chunks(FileOutput output) {
            this.output = output;
        }

        @Override
        public void write(int b) throws IOException {
            output.write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            output.write(bytes, offset, length);
        }
    }

    private void parts(String sheet) throws IOException {
        part(
                "[Content_Types].xml",
                "<Types xmlns=\"" + PACKAGE + "content-types\">"
                        + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                        + override("/xl/workbook.xml", "sheet.main")
                        + override("/xl/worksheets/sheet1.xml", "worksheet")
                        + override("/xl/styles.xml", "styles")
                        + "</Types>");
        part("_rels/.rels", relations(relation(1, "officeDocument", "xl/workbook.xml")));
        part(
                "xl/_rels/workbook.xml.rels",
                relations(relation(1, "worksheet", "worksheets/sheet1.xml") + relation(2, "styles", "styles.xml")));
        StringBuilder name = new StringBuilder();
        Escapes.write(sheet, name);
        part(
                "xl/workbook.xml",
                "<workbook xmlns=\"" + MAIN + "\" xmlns:r=\"" + RELATIONS + "\"><sheets><sheet name=\"" + name
                        + "\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
        part("xl/styles.xml", styles());
        begin("xl/worksheets/sheet1.xml");
        text.append("<worksheet xmlns=\"").append(MAIN).append("\"><sheetData>");
    }

    private static String override(String part, String type) {
        return "<Override PartName=\"" + part + "\" ContentType=\"" + TYPES + type + "+xml\"/>";
    }

    private static String relations(String content) {
        return "<Relationships xmlns=\"" + PACKAGE + "relationships\">" + content + "</Relationships>";
    }

    private static String relation(int id, String type, String target) {
        return "<Relationship Id=\"rId" + id + "\" Type=\"" + RELATIONS + "/" + type + "\" Target=\"" + target + "\"/>";
    }

    /// Cell formats: 0 as it comes, 1 a day, 2 a moment, 3 a time of day.
    private static String styles() {
        return "<styleSheet xmlns=\"" + MAIN + "\"><numFmts count=\"3\">"
                + "<numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>"
                + "<numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss.000\"/>"
                + "<numFmt numFmtId=\"166\" formatCode=\"hh:mm:ss.000\"/></numFmts>"
                + "<fonts count=\"1\"><font/></fonts><fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders>"
                + "<cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"4\"><xf numFmtId=\"0\"/>"
                + "<xf numFmtId=\"164\" applyNumberFormat=\"1\"/><xf numFmtId=\"165\" applyNumberFormat=\"1\"/>"
                + "<xf numFmtId=\"166\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>";
    }

    private void part(String name, String content) throws IOException {
        begin(name);
        text.append(content);
        hand();
        zip.closeEntry();
    }

    private void begin(String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setLastModifiedTime(FileTime.from(Instant.parse("1980-01-02T00:00:00Z")));
        zip.putNextEntry(entry);
        text.append(HEAD);
    }

    private void hand() throws IOException {
        zip.write(text.toString().getBytes(UTF_8));
        text.setLength(0);
    }

    private void header(Schema schema) throws IOException {
        beginRow();
        for (int c = 0; c < schema.size(); c++) {
            beginCell(c);
            inline(schema.field(c).name(), c, schema);
        }
        text.append("</row>");
    }

    private void beginRow() {
        if (row >= Cells.MOST_ROWS) {
            throw DataFaults.FEATURE_UNSUPPORTED
                    .problem()
                    .at(output.path())
                    .evidence("path", output.path())
                    .evidence("format", "Excel")
                    .evidence(
                            "detail",
                            "more than " + Cells.MOST_ROWS + " rows in a sheet; set maxRowsPerFile of formatSettings.")
                    .exception();
        }
        row++;
        text.append("<row r=\"").append(row).append("\">");
    }

    private void beginCell(int column) {
        text.append("<c r=\"").append(columnNames[column]).append(row).append('"');
    }

    @Override
    public void write(Batch batch) throws IOException {
        int columns = batch.schema().size();
        for (int r = 0; r < batch.rows(); r++) {
            beginRow();
            boolean empty = true;
            for (int c = 0; c < columns; c++) {
                Vector v = batch.vector(c);
                if (!v.isNull(r)) {
                    empty = false;
                    beginCell(c);
                    value(v, r, c, batch.schema());
                }
            }
            if (empty && columns > 0) {
                // An empty text: a row without any cell is not seen by who reads it.
                beginCell(0);
                inline("", 0, batch.schema());
            }
            text.append("</row>");
            if (text.length() > 32 << 10) {
                hand();
            }
        }
    }

    private void value(Vector v, int r, int column, Schema schema) {
        DataType type = v.type();
        switch (type.kind()) {
            case BOOLEAN ->
                text.append(" t=\"b\"><v>").append(((IntVector) v).values()[r]).append("</v></c>");
            case INT8, UINT8, INT16, UINT16, INT32, UINT32 -> number(canonical(v, r), 0);
            case INT64, UINT64, DECIMAL -> {
                String digits = canonical(v, r);
                if (isExact(digits)) {
                    number(digits, 0);
                } else {
                    inline(digits, column, schema);
                }
            }
            case FLOAT32, FLOAT64 -> {
                double value = ((DoubleVector) v).values()[r];
                if (Double.isFinite(value)) {
                    number(canonical(v, r), 0);
                } else {
                    inline(canonical(v, r), column, schema);
                }
            }
            case DATE -> {
                long day = ((IntVector) v).values()[r];
                if (day >= FIRST_DAY && day < LAST_DAY) {
                    number(Long.toString(day + DAYS_1900), 1);
                } else {
                    inline(canonical(v, r), column, schema);
                }
            }
            case TIMESTAMP -> moment((LongVector) v, r, column, schema);
            case TIME -> time((LongVector) v, r, column, schema);
            case STRING -> inline(((BytesVector) v).text(r), column, schema);
            case INSTANT, DURATION, BINARY, GUID -> inline(canonical(v, r), column, schema);
        }
    }

    private void moment(LongVector v, int r, int column, Schema schema) {
        long perMilli = Math.max(1, v.type().unitsPerSecond() / 1_000);
        long value = v.values()[r];
        long millis = Math.floorDiv(value, perMilli);
        long day = Math.floorDiv(millis, 86_400_000L);
        if (millis * perMilli != value || day < FIRST_DAY || day >= LAST_DAY) {
            inline(canonical(v, r), column, schema);
        } else {
            number(Double.toString(day + DAYS_1900 + Math.floorMod(millis, 86_400_000L) / 86_400_000.0), 2);
        }
    }

    private void time(LongVector v, int r, int column, Schema schema) {
        long perMilli = Math.max(1, v.type().unitsPerSecond() / 1_000);
        long value = v.values()[r];
        long millis = Math.floorDiv(value, perMilli);
        if (millis * perMilli != value || millis < 0 || millis >= 86_400_000L) {
            inline(canonical(v, r), column, schema);
        } else {
            number(Double.toString(millis / 86_400_000.0), 3);
        }
    }

    private static String canonical(Vector v, int r) {
        byte[] out = new byte[TextForm.length(v, r)];
        return new String(out, 0, TextForm.write(v, r, out, 0), UTF_8);
    }

    /// Whether a cell, which is a double of 15 digits, gives these digits back.
    private static boolean isExact(String digits) {
        return digits.replaceAll("[-.]", "").length() <= 15 && Math.abs(Double.parseDouble(digits)) < EXACT;
    }

    private void number(String digits, int style) {
        if (style > 0) {
            text.append(" s=\"").append(style).append('"');
        }
        text.append("><v>").append(digits).append("</v></c>");
    }

    private void inline(String value, int column, Schema schema) {
        if (value.length() > Cells.LONGEST) {
            throw DataFaults.VALUE_TOO_LONG
                    .problem()
                    .at(output.path() + " " + Cells.name(column, row - 1))
                    .evidence("column", schema.field(column).name())
                    .evidence("length", value.length())
                    .evidence("limit", Cells.LONGEST)
                    .exception();
        }
        text.append(" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
        Escapes.write(value, text);
        text.append("</t></is></c>");
    }

    @Override
    public void finish() throws IOException {
        text.append("</sheetData></worksheet>");
        hand();
        zip.closeEntry();
        zip.finish();
        zip.flush();
        output.finish();
    }

    @Override
    public long bytesWritten() {
        return output.size();
    }

    @Override
    public void close() {
        memory.close();
    }
}
