package dev.sluice.formats.excel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.MemoryBudgetExceededException;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FilePlace;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.MemoryFileStore;
import dev.sluice.data.testkit.MemoryFiles;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.DateUtil;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.usermodel.Workbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Apache POI as the other party: it writes what we read and reads what we write.
class PoiTest {
    private final TestJob job = new TestJob();
    private final MemoryFiles files = new MemoryFiles();
    private final MemoryFileStore store = new MemoryFileStore(files, job.clock(), Kind.SOURCE);

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        assertThat(store.openCount()).isZero();
        job.close();
    }

    private List<List<@Nullable Object>> read(byte[] book, TestEndpoint dataset) throws IOException {
        files.put("book", book, Instant.EPOCH);
        Decoder decoder = new ExcelFormat().decoder(dataset.build());
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (FileInput in = store.open(store.find("book").orElseThrow())) {
            Schema schema = decoder.schema(in);
            rows.add(new ArrayList<>(schema.names()));
            int[] all = IntStream.range(0, schema.size()).toArray();
            try (Reader reader = decoder.open(
                            in, new Decoder.FileRange(0, book.length), schema, all, RefusedRows.failing(job));
                    Batch batch = new Batch(schema, 100, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
            }
        }
        return rows;
    }

    private static TestEndpoint dataset() {
        return TestEndpoint.source().dataset("Excel").with("firstRowAsHeader", true);
    }

    private static byte[] bytes(Workbook book) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        book.write(out);
        book.close();
        return out.toByteArray();
    }

    private static Workbook book(String kind) {
        Workbook book = kind.equals("xls") ? new HSSFWorkbook() : new XSSFWorkbook();
        CellStyle day = book.createCellStyle();
        day.setDataFormat(book.createDataFormat().getFormat("dd.mm.yyyy"));
        CellStyle moment = book.createCellStyle();
        moment.setDataFormat(book.createDataFormat().getFormat("yyyy-mm-dd hh:mm"));
        CellStyle clock = book.createCellStyle();
        clock.setDataFormat(book.createDataFormat().getFormat("hh:mm:ss"));
        CellStyle hours = book.createCellStyle();
        hours.setDataFormat(book.createDataFormat().getFormat("[h]:mm:ss"));
        CellStyle money = book.createCellStyle();
        money.setDataFormat(book.createDataFormat().getFormat("#,##0.00 \"days\""));
        Sheet first = book.createSheet("Notes");
        first.createRow(0).createCell(0).setCellValue("nothing here");
        Sheet sheet = book.createSheet("Orders");
        Row head = sheet.createRow(2);
        String[] names = {"id", "name", "day", "seen", "at", "worked", "amount", "paid", "sum", "broken"};
        for (int i = 0; i < names.length; i++) {
            head.createCell(1 + i).setCellValue(names[i]);
        }
        Row row = sheet.createRow(3);
        row.createCell(1).setCellValue(1);
        row.createCell(2).setCellValue("Zoë <&> \"x\"\n_x \t end ");
        row.createCell(3).setCellValue(LocalDate.of(2024, 2, 29));
        row.getCell(3).setCellStyle(day);
        row.createCell(4).setCellValue(LocalDateTime.of(1999, 12, 31, 23, 59, 58));
        row.getCell(4).setCellStyle(moment);
        row.createCell(5).setCellValue(DateUtil.convertTime("12:34:56"));
        row.getCell(5).setCellStyle(clock);
        row.createCell(6).setCellValue(1.5);
        row.getCell(6).setCellStyle(hours);
        row.createCell(7).setCellValue(1234.56);
        row.getCell(7).setCellStyle(money);
        row.createCell(8).setCellValue(true);
        row.createCell(9).setCellFormula("B4+2");
        row.createCell(10).setCellFormula("1/0");
        Row other = sheet.createRow(6);
        other.createCell(1).setCellValue(0.1 + 0.2);
        other.createCell(3).setCellValue(60);
        other.getCell(3).setCellStyle(day);
        other.createCell(7).setCellValue("NULL");
        other.createCell(10, CellType.BLANK);
        book.getCreationHelper().createFormulaEvaluator().evaluateAll();
        return book;
    }

    private static final List<@Nullable Object> HEAD =
            List.of("id", "name", "day", "seen", "at", "worked", "amount", "paid", "sum", "broken");

    private static final List<@Nullable Object> FIRST = List.of(
            "1",
            "Zoë <&> \"x\"\n_x \t end ",
            "2024-02-29",
            "1999-12-31 23:59:58",
            "12:34:56",
            "1.12:00:00",
            "1234.56",
            "True",
            "3",
            "#DIV/0!");

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void every_kind_of_cell_is_read(String kind) throws Exception {
        assertThat(read(bytes(book(kind)), dataset().with("sheetName", "orders").with("nullValue", "NULL")))
                .containsExactly(
                        HEAD,
                        FIRST,
                        Rows.row(
                                "0.30000000000000004",
                                null,
                                // Excel's 29 February 1900, which never was: the day before 1 March
                                "1900-02-28",
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xlsx", "xls"})
    void a_range_and_a_sheet_by_number_choose_the_table(String kind) throws Exception {
        byte[] book = bytes(book(kind));
        assertThat(read(
                        book,
                        dataset()
                                .with("sheetIndex", new java.math.BigDecimal(1))
                                .with("range", "B3:C4")))
                .containsExactly(Rows.row("id", "name"), Rows.row("1", "Zoë <&> \"x\"\n_x \t end "));
        assertThat(read(book, dataset().with("sheetName", "Orders").with("range", "H3")))
                .containsExactly(
                        Rows.row("amount", "paid", "sum", "broken"),
                        Rows.row("1234.56", "True", "3", "#DIV/0!"),
                        Rows.row("NULL", null, null, null));
        assertThat(read(book, TestEndpoint.source().dataset("Excel")))
                .containsExactly(Rows.row("Prop_0"), Rows.row("nothing here"));
    }

    @Test
    void a_sheet_that_is_not_there_is_named_with_those_that_are() throws Exception {
        byte[] book = bytes(book("xlsx"));
        assertThatThrownBy(() -> read(book, dataset().with("sheetName", "Invoices")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("TableNotFound")
                .hasMessageContaining("Invoices");
    }

    @Test
    void a_value_beside_the_table_is_refused_with_its_cell() throws Exception {
        Workbook book = new XSSFWorkbook();
        Sheet sheet = book.createSheet();
        sheet.createRow(0).createCell(0).setCellValue("id");
        sheet.createRow(1).createCell(0).setCellValue(1);
        sheet.createRow(2).createCell(3).setCellValue("stray");
        byte[] bytes = bytes(book);
        assertThatThrownBy(() -> read(bytes, dataset()))
                .hasMessageContaining("Sheet0!D3")
                .hasMessageContaining("set range");
    }

    @Test
    void poi_reads_what_we_write() throws Exception {
        Schema schema = Schema.of(
                new Field("id", DataType.INT64),
                new Field("text", DataType.STRING),
                new Field("amount", DataType.decimal(12, 2)),
                new Field("day", DataType.DATE),
                new Field("seen", DataType.timestamp(3)),
                new Field("ok", DataType.BOOLEAN),
                new Field("real", DataType.FLOAT64));
        List<List<@Nullable Object>> rows = List.of(
                Rows.row(7L, "a<b>&\r\n_x0041_\u0001", "12.30", "2024-02-29", "1999-12-31 23:59:58.125", true, 0.1),
                Rows.row(Long.MAX_VALUE, null, null, "1850-01-01", null, null, Double.NaN));
        try (FileOutput out = store.create("ours")) {
            try (Writer writer = new ExcelFormat()
                            .encoder(TestEndpoint.sink()
                                    .dataset("Excel")
                                    .with("firstRowAsHeader", true)
                                    .with("sheetName", "R&D")
                                    .build())
                            .open(out, schema, job);
                    Batch batch = Rows.batch(schema, job.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            out.publish();
        }
        try (Workbook book = new XSSFWorkbook(new ByteArrayInputStream(files.bytes("ours")))) {
            Sheet sheet = book.getSheet("R&D");
            assertThat(sheet.getRow(0).getCell(3).getStringCellValue()).isEqualTo("day");
            Row row = sheet.getRow(1);
            assertThat(row.getCell(0).getNumericCellValue()).isEqualTo(7);
            assertThat(row.getCell(1).getStringCellValue()).isEqualTo("a<b>&\r\n_x0041_\u0001");
            assertThat(row.getCell(2).getNumericCellValue()).isEqualTo(12.3);
            assertThat(row.getCell(3).getLocalDateTimeCellValue()).isEqualTo(LocalDateTime.of(2024, 2, 29, 0, 0));
            assertThat(row.getCell(4).getLocalDateTimeCellValue())
                    .isEqualTo(LocalDateTime.of(1999, 12, 31, 23, 59, 58, 125_000_000));
            assertThat(row.getCell(5).getBooleanCellValue()).isTrue();
            assertThat(row.getCell(6).getNumericCellValue()).isEqualTo(0.1);
            Row odd = sheet.getRow(2);
            assertThat(odd.getCell(0).getStringCellValue()).isEqualTo("9223372036854775807");
            assertThat(odd.getCell(1)).isNull();
            assertThat(odd.getCell(3).getStringCellValue()).isEqualTo("1850-01-01");
            assertThat(odd.getCell(6).getStringCellValue()).isEqualTo("NaN");
        }
    }

    private static byte[] zip(String sheetXml, String sharedXml) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            part(zip, "xl/workbook.xml", "<workbook><sheets><sheet name=\"S\" id=\"r1\"/></sheets></workbook>");
            part(
                    zip,
                    "xl/_rels/workbook.xml.rels",
                    "<Relationships><Relationship Id=\"r1\" Target=\"worksheets/s.xml\"/></Relationships>");
            part(zip, "xl/worksheets/s.xml", sheetXml);
            part(zip, "xl/sharedStrings.xml", sharedXml);
        }
        return out.toByteArray();
    }

    private static void part(ZipOutputStream zip, String name, String content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    @Test
    void bombs_and_traps_end_in_a_located_error_or_at_the_budget() throws Exception {
        String row =
                "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>%s</v></c></row></sheetData></worksheet>";
        byte[] longText = zip(row.formatted("0"), "<sst><si><t>" + "x".repeat(1_000_000) + "</t></si></sst>");
        assertThat(longText.length).isLessThan(20_000);
        assertThatThrownBy(() -> read(longText, dataset())).hasMessageContaining("more than 32767 characters");
        files.put(
                "many",
                zip(row.formatted("0"), "<sst>" + "<si><t>xxxx</t></si>".repeat(100_000) + "</sst>"),
                Instant.EPOCH);
        try (FileInput in = store.open(store.find("many").orElseThrow());
                Reservation little = new Reservation(new MemoryBudget(1 << 20));
                dev.sluice.formats.excel.Workbook book = dev.sluice.formats.excel.Workbook.of(
                        in, dev.sluice.data.packing.Packing.NONE, new FilePlace("Excel", "many", 1_000), little)) {
            assertThatThrownBy(() -> book.open("S")).isInstanceOf(MemoryBudgetExceededException.class);
        }
        byte[] attribute = zip("<worksheet a=\"" + "y".repeat(33 << 20) + "\"/>", "<sst/>");
        assertThatThrownBy(() -> read(attribute, dataset())).hasMessageContaining("a single element has more than");
        byte[] missing = zip(row.formatted("5"), "<sst/>");
        assertThatThrownBy(() -> read(missing, dataset()))
                .hasMessageContaining("S!A1")
                .hasMessageContaining("'5'");
        byte[] entity = zip(
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
                        + row.replace("t=\"s\"", "t=\"str\"").formatted("&e;"),
                "<sst/>");
        assertThatThrownBy(() -> read(entity, dataset())).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> read("PK\3\4 and no more".getBytes(StandardCharsets.UTF_8), dataset()))
                .hasMessageContaining("FileFormatInvalid");
        assertThatThrownBy(() -> read("id,name".getBytes(StandardCharsets.UTF_8), dataset()))
                .hasMessageContaining("neither .xlsx nor .xls");
        byte[] xls = bytes(book("xls"));
        for (int cut = 8; cut < xls.length; cut += xls.length / 9) {
            byte[] part = java.util.Arrays.copyOf(xls, cut);
            assertThatThrownBy(() -> read(part, dataset().with("sheetName", "Orders")))
                    .isInstanceOf(ProblemException.class);
        }
    }
}
