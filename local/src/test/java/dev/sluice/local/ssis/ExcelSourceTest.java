package dev.sluice.local.ssis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Excel Sources of packages, with workbooks that Apache POI wrote.
class ExcelSourceTest {
    private static final int ROWS = 2_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private void workbook(String name, int seed) throws IOException {
        try (HSSFWorkbook book = new HSSFWorkbook();
                OutputStream file = Files.newOutputStream(folder.resolve(name))) {
            Sheet sheet = book.createSheet("My Orders");
            Row head = sheet.createRow(0);
            head.createCell(0).setCellValue("Id");
            head.createCell(1).setCellValue("Unit.Price");
            head.createCell(2).setCellValue("Note");
            for (int i = 1; i <= ROWS; i++) {
                Row row = sheet.createRow(i);
                row.createCell(0).setCellValue(seed + i);
                row.createCell(1).setCellValue(i / 4.0);
                if (i % 2 == 0) {
                    row.createCell(2).setCellValue("note " + i);
                } else if (i == 1) {
                    row.createCell(2).setCellErrorValue((byte) 0x2a);
                }
            }
            book.write(file);
        }
    }

    private static String manager(String name, String type, String text, String columns) {
        return "<DTS:ConnectionManager DTS:CreationName='" + type + "' DTS:DTSID='{" + name + "}' DTS:ObjectName='"
                + name + "'><DTS:ObjectData><DTS:ConnectionManager DTS:Format='Delimited' DTS:CodePage='65001'"
                + " DTS:ConnectionString='" + text + "'>" + columns
                + "</DTS:ConnectionManager></DTS:ObjectData></DTS:ConnectionManager>";
    }

    private static String excel(String name, String book) {
        return manager(
                name,
                "EXCEL",
                "Provider=Microsoft.Jet.OLEDB.4.0;Data Source=D:\\t\\" + book
                        + ";Extended Properties=&quot;Excel 8.0;HDR=YES&quot;;",
                "");
    }

    private static String text(String name) {
        StringBuilder columns = new StringBuilder("<DTS:FlatFileColumns>");
        for (int i = 0; i < 3; i++) {
            columns.append("<DTS:FlatFileColumn DTS:ColumnType='Delimited' DTS:ColumnDelimiter='")
                    .append(i == 2 ? "_x000A_" : "_x007C_")
                    .append("' DTS:DataType='130' DTS:MaximumWidth='50' DTS:ObjectName='c")
                    .append(i)
                    .append("'/>");
        }
        return manager(name, "FLATFILE", "D:\\t\\" + name + ".txt", columns + "</DTS:FlatFileColumns>");
    }

    private static String column(String id, String name, String type) {
        return "<outputColumn refId='" + id + ".o." + name + "' lineageId='" + id + ".o." + name + "' name='" + name
                + "' " + type + " errorRowDisposition='FailComponent' truncationRowDisposition='FailComponent'"
                + " externalMetadataColumnId='" + id + ".e." + name + "'/>";
    }

    private static String source(String id, String manager, String sheet) {
        return "<component refId='" + id + "' name='" + id + "' componentClassID='Microsoft.ExcelSource'><properties>"
                + "<property name='AccessMode'>0</property><property name='OpenRowset'>" + sheet
                + "</property></properties><connections><connection name='c' connectionManagerID='{" + manager
                + "}'/></connections><outputs><output refId='" + id + ".o' name='o'><outputColumns>"
                + column(id, "Id", "dataType='r8'") + column(id, "Price", "dataType='cy'")
                + column(id, "Note", "dataType='wstr' length='255'") + "</outputColumns><externalMetadataColumns>"
                + "<externalMetadataColumn refId='" + id
                + ".e.Id' name='Id' dataType='r8'/><externalMetadataColumn refId='"
                + id + ".e.Price' name='Unit#Price' dataType='cy'/><externalMetadataColumn refId='" + id
                + ".e.Note' name='Note' dataType='wstr' length='255'/></externalMetadataColumns></output></outputs></component>";
    }

    private static String destination(String id, String from) {
        StringBuilder columns = new StringBuilder();
        StringBuilder external = new StringBuilder();
        String[] names = {"Id", "Price", "Note"};
        for (int i = 0; i < 3; i++) {
            columns.append("<inputColumn refId='" + id + ".i." + i + "' lineageId='" + from + ".o." + names[i]
                    + "' cachedName='" + names[i] + "' externalMetadataColumnId='" + id + ".e." + i + "'/>");
            external.append("<externalMetadataColumn refId='" + id + ".e." + i + "' name='c" + i
                    + "' dataType='wstr' length='50'/>");
        }
        return "<component refId='" + id + "' name='" + id + "' componentClassID='Microsoft.FlatFileDestination'>"
                + "<connections><connection name='c' connectionManagerID='{" + id
                + "}'/></connections><inputs><input refId='"
                + id + ".i' name='i'><inputColumns>" + columns + "</inputColumns><externalMetadataColumns>" + external
                + "</externalMetadataColumns></input></inputs></component>";
    }

    private int run(String managers, String... flows) throws IOException {
        StringBuilder tasks = new StringBuilder();
        for (int i = 0; i < flows.length; i++) {
            tasks.append("<DTS:Executable DTS:refId='Package\\F" + i + "' DTS:CreationName='Microsoft.Pipeline'"
                    + " DTS:ExecutableType='Microsoft.Pipeline' DTS:ObjectName='F" + i
                    + "'><DTS:ObjectData><pipeline version='1'>" + flows[i]
                    + "</pipeline></DTS:ObjectData></DTS:Executable>");
        }
        Path file = Files.writeString(
                folder.resolve("p.dtsx"),
                "<DTS:Executable xmlns:DTS='www.microsoft.com/SqlServer/Dts' DTS:refId='Package' DTS:ObjectName='Load'"
                        + " DTS:ProtectionLevel='0' DTS:MaxConcurrentExecutables='8'>"
                        + "<DTS:Property DTS:Name='PackageFormatVersion'>8</DTS:Property><DTS:ConnectionManagers>"
                        + managers + "</DTS:ConnectionManagers><DTS:Executables>" + tasks
                        + "</DTS:Executables></DTS:Executable>");
        return Program.line(new SsisCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("run", file.toString(), "--map", "D:\\t=" + folder);
    }

    @Test
    void I06_many_excel_sources_read_side_by_side_the_same_workbook_and_others() throws Exception {
        workbook("a.xls", 0);
        workbook("b.xls", 10_000);
        StringBuilder managers = new StringBuilder(excel("A", "a.xls") + excel("B", "b.xls"));
        String[] flows = new String[4];
        for (int f = 0; f < flows.length; f++) {
            StringBuilder components = new StringBuilder();
            StringBuilder paths = new StringBuilder();
            for (String book : new String[] {"A", "B"}) {
                String s = "s" + f + book;
                String d = "d" + f + book;
                managers.append(text(d));
                components.append(source(s, book, "&apos;My Orders$&apos;")).append(destination(d, s));
                paths.append("<path refId='p" + s + "' name='p' startId='" + s + ".o' endId='" + d + ".i'/>");
            }
            flows[f] = "<components>" + components + "</components><paths>" + paths + "</paths>";
        }

        assertThat(run(managers.toString(), flows)).as(err + "" + out).isZero();

        for (int f = 0; f < flows.length; f++) {
            for (String book : new String[] {"A", "B"}) {
                int seed = book.equals("A") ? 0 : 10_000;
                assertThat(Files.readAllLines(folder.resolve("d" + f + book + ".txt")))
                        .hasSize(ROWS)
                        .startsWith((seed + 1) + "|0.25|", (seed + 2) + "|0.5|note 2")
                        .endsWith((seed + ROWS) + "|500|note " + ROWS);
            }
        }
    }

    @Test
    void a_range_of_a_sheet_is_read_and_a_missing_sheet_is_named_with_those_that_are_there() throws Exception {
        workbook("a.xls", 0);
        String flow = "<components>" + source("s", "A", "My Orders$A1:C4") + destination("d", "s")
                + "</components><paths><path refId='p' name='p' startId='s.o' endId='d.i'/></paths>";
        assertThat(run(excel("A", "a.xls") + text("d"), flow))
                .as(err + "" + out)
                .isZero();
        assertThat(folder.resolve("d.txt")).hasContent("1|0.25|\n2|0.5|note 2\n3|0.75|\n");

        assertThat(run(excel("A", "a.xls") + text("d"), flow.replace("My Orders$A1:C4", "Gone$")))
                .isOne();
        assertThat(err.toString())
                .contains("SsisDataFlowFileFailed")
                .contains("a.xls")
                .contains("sheet 'Gone'");
    }
}
