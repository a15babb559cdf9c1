package dev.sluice.local.ssis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Program;
import dev.sluice.model.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TimelineTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void written() throws Exception {
        Files.writeString(folder.resolve("in.txt"), "1\n2\n3\n");
        Files.writeString(
                folder.resolve("p.dtsx"),
                "<DTS:Executable xmlns:DTS='www.microsoft.com/SqlServer/Dts' DTS:refId='Package' DTS:ObjectName='Load' DTS:ProtectionLevel='0'>"
                        + "<DTS:Property DTS:Name='PackageFormatVersion'>8</DTS:Property><DTS:ConnectionManagers>"
                        + file("In", "D:\\t\\in.txt") + file("Out", "D:\\t\\out.txt")
                        + "</DTS:ConnectionManagers><DTS:Executables><DTS:Executable DTS:refId='Package\\Move'"
                        + " DTS:CreationName='Microsoft.Pipeline' DTS:ExecutableType='Microsoft.Pipeline' DTS:ObjectName='Move'>"
                        + "<DTS:ObjectData><pipeline version='1'><components>"
                        + "<component refId='s' name='Read lines' componentClassID='Microsoft.FlatFileSource'><connections><connection name='c' connectionManagerID='{In}'/></connections>"
                        + "<outputs><output refId='s.o' name='o'><outputColumns><outputColumn refId='s.o.n' lineageId='s.o.n' name='n' dataType='wstr' length='10' externalMetadataColumnId='s.e.n'/></outputColumns>"
                        + "<externalMetadataColumns><externalMetadataColumn refId='s.e.n' name='n' dataType='wstr' length='10'/></externalMetadataColumns></output></outputs></component>"
                        + "<component refId='d' name='Write lines' componentClassID='Microsoft.FlatFileDestination'><connections><connection name='c' connectionManagerID='{Out}'/></connections>"
                        + "<inputs><input refId='d.i' name='i'><inputColumns><inputColumn refId='d.i.n' lineageId='s.o.n' cachedName='n' externalMetadataColumnId='d.e.n'/></inputColumns>"
                        + "<externalMetadataColumns><externalMetadataColumn refId='d.e.n' name='n' dataType='wstr' length='10'/></externalMetadataColumns></input></inputs></component>"
                        + "</components><paths><path refId='p' name='p' startId='s.o' endId='d.i'/></paths></pipeline></DTS:ObjectData>"
                        + "</DTS:Executable></DTS:Executables></DTS:Executable>");
    }

    private static String file(String name, String path) {
        return "<DTS:ConnectionManager DTS:CreationName='FLATFILE' DTS:DTSID='{" + name + "}' DTS:ObjectName='" + name
                + "'><DTS:ObjectData><DTS:ConnectionManager DTS:Format='Delimited' DTS:CodePage='65001' DTS:ConnectionString='"
                + path
                + "'><DTS:FlatFileColumns><DTS:FlatFileColumn DTS:ColumnType='Delimited' DTS:ColumnDelimiter='_x000A_'"
                + " DTS:DataType='130' DTS:MaximumWidth='10' DTS:ObjectName='n'/></DTS:FlatFileColumns>"
                + "</DTS:ConnectionManager></DTS:ObjectData></DTS:ConnectionManager>";
    }

    private int run(String form) {
        return Program.line(new SsisCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "run",
                        folder.resolve("p.dtsx").toString(),
                        "--map",
                        "D:\\t=" + folder,
                        "--logging-level",
                        "performance",
                        "-o",
                        form);
    }

    @Test
    void I21_the_performance_level_shows_each_component_on_a_timeline() {
        assertThat(run("table")).as(err + "" + out).isZero();

        assertThat(err.toString())
                .as("neither starts nor information at this level")
                .isEmpty();
        assertThat(out.toString().lines().filter(l -> l.contains("|")).toList())
                .hasSize(5)
                .anySatisfy(l -> assertThat(l).matches("Package +\\| *=+ *\\| .*"))
                .anySatisfy(l -> assertThat(l).matches("Package\\\\Move +\\| *=+ *\\| .*"))
                .anySatisfy(l -> assertThat(l).matches("  Read lines +\\| *#+ *\\| +[0-9.]+ +[0-9.]+ +3"))
                .anySatisfy(l -> assertThat(l).matches("  Write lines +\\| *#+ *\\| +[0-9.]+ +[0-9.]+ +3"));
    }

    @Test
    void I21_component_times_are_in_the_result() throws Exception {
        assertThat(run("json")).as(err + "" + out).isZero();

        JsonNode components = Json.parse(out.toString()).path("components");
        assertThat(components.size()).isEqualTo(2);
        for (JsonNode c : components) {
            assertThat(c.propertyNames())
                    .containsExactly("dataFlow", "component", "startTime", "endTime", "activeInMs", "rows");
            assertThat(c.path("dataFlow").asString()).isEqualTo("Package\\Move");
            assertThat(c.path("rows").asLong()).isEqualTo(3);
            assertThat(c.path("endTime").asString())
                    .isGreaterThanOrEqualTo(c.path("startTime").asString());
        }
    }
}
