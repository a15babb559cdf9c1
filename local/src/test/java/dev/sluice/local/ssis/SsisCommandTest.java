package dev.sluice.local.ssis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.Program;
import dev.sluice.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SsisCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int sluice(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Program.line(new SsisCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private String written(String file, String statement) throws IOException {
        String xml =
                "<DTS:Executable xmlns:DTS='www.microsoft.com/SqlServer/Dts' DTS:refId='Package' DTS:ObjectName='Load' DTS:ProtectionLevel='0'>"
                        + "<DTS:Property DTS:Name='PackageFormatVersion'>8</DTS:Property>"
                        + "<DTS:ConnectionManagers><DTS:ConnectionManager DTS:CreationName='OLEDB' DTS:DTSID='{Db}' DTS:ObjectName='Shop'><DTS:ObjectData>"
                        + "<DTS:ConnectionManager DTS:ConnectionString='Data Source=nowhere.invalid;Provider=SQLNCLI11.1;Integrated Security=SSPI'/></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>"
                        + "<DTS:PackageParameters><DTS:PackageParameter DTS:ObjectName='Day' DTS:DataType='8' DTS:Required='True'/></DTS:PackageParameters>"
                        + "<DTS:Executables><DTS:Executable DTS:refId='Package\\Fill' DTS:CreationName='Microsoft.ExecuteSQLTask' DTS:ExecutableType='Microsoft.ExecuteSQLTask' DTS:ObjectName='Fill'>"
                        + "<DTS:ObjectData><SQLTask:SqlTaskData xmlns:SQLTask='www.microsoft.com/sqlserver/dts/tasks/sqltask' SQLTask:Connection='{Db}' SQLTask:SqlStatementSource=\""
                        + statement
                        + "\"><SQLTask:ParameterBinding SQLTask:ParameterName='0' SQLTask:DtsVariableName='$Package::Day' SQLTask:ParameterDirection='Input' SQLTask:DataType='129'/></SQLTask:SqlTaskData></DTS:ObjectData></DTS:Executable></DTS:Executables></DTS:Executable>";
        Path path = folder.resolve(file);
        Files.writeString(path, xml);
        return path.toString();
    }

    @Test
    void a_package_runs_against_a_connection_given_on_the_command_line() throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("shop.db");
        String file = written("load.dtsx", "CREATE TABLE days AS SELECT ? AS day");

        int exit = sluice("run", file, "--connection", "Shop=" + url, "--parameter", "Day=2026-01-31", "-o", "json");

        assertThat(exit).as(err + "" + out).isZero();
        JsonNode result = Json.parse(out.toString());
        assertThat(result.path("status").asString()).isEqualTo("Succeeded");
        assertThat(result.path("package").asString()).isEqualTo("Load");
        assertThat(result.path("executables").get(0).path("object").asString()).isEqualTo("Package\\Fill");
        assertThat(err.toString()).contains("Package\\Fill: started").contains("Package: finished after");
        try (var c = DriverManager.getConnection(url);
                ResultSet r = c.createStatement().executeQuery("SELECT day FROM days")) {
            assertThat(r.getString(1)).isEqualTo("2026-01-31");
        }
    }

    @Test
    void a_failing_package_exits_with_1_and_its_errors_carry_both_codes() throws Exception {
        String file = written("load.dtsx", "SELECT * FROM nothing WHERE x = ?");

        int exit = sluice(
                "run",
                file,
                "--connection",
                "Shop=jdbc:sqlite::memory:",
                "--parameter",
                "Day=x",
                "-o",
                "json",
                "--logging-level",
                "none");

        assertThat(exit).isEqualTo(1);
        JsonNode error = Json.parse(out.toString()).path("errors").get(0);
        assertThat(error.path("ssisCode").asString()).isEqualTo("0xC002F210");
        assertThat(error.path("message").asString()).contains("SsisSqlFailed").contains("nothing");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void passwords_come_from_a_file_and_are_shown_nowhere() throws Exception {
        String file = written("load.dtsx", "SELECT ?");
        Path login = Files.writeString(
                folder.resolve("login.properties"),
                "Shop=jdbc:postgresql://127.0.0.1:1/x\nShop.UserName=u\nShop.Password=hush-hush\n");

        int exit = sluice("run", file, "--connection-file", login.toString(), "--parameter", "Day=x");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString()).contains("SsisConnectionUnreachable");
        assertThat(err + out.toString()).doesNotContain("hush-hush");
    }

    @Test
    void wrong_use_is_told_before_anything_runs() throws Exception {
        String file = written("load.dtsx", "SELECT ?");

        assertThat(sluice("run", file)).isEqualTo(2);
        assertThat(err.toString())
                .contains("SsisParameterNotValid")
                .contains("$Package::Day")
                .contains("required");
        assertThat(sluice("run", file, "--parameter", "Nonsense")).isEqualTo(2);
        assertThat(err.toString()).contains("name=value");
        assertThat(sluice("run", folder.resolve("none.dtsx").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("SsisPackageUnreadable");
    }

    @Test
    void an_assessment_is_json_of_a_fixed_form() throws Exception {
        written("load.dtsx", "SELECT ?");
        Files.writeString(folder.resolve("bad.dtsx"), "<x/>");

        assertThat(sluice("assess", folder.toString(), "-o", "json")).isEqualTo(1);
        JsonNode json = Json.parse(out.toString());
        assertThat(json.propertyNames()).containsExactly("summary", "packages");
        assertThat(json.path("summary").propertyNames())
                .containsExactly("packages", "parsed", "runnable", "runnableWithScripts");
        assertThat(json.path("summary").path("packages").asInt()).isEqualTo(2);
        assertThat(json.path("summary").path("runnable").asInt()).isEqualTo(1);
        JsonNode first = json.path("packages").get(0);
        assertThat(first.propertyNames()).containsExactly("path", "parsed", "verdict", "findings");
        assertThat(first.path("verdict").asString()).isEqualTo("unreadable");
        assertThat(first.path("findings").get(0).propertyNames())
                .containsExactly("object", "component", "code", "message");
        assertThat(json.path("packages").get(1).path("verdict").asString()).isEqualTo("runnable");
    }
}
