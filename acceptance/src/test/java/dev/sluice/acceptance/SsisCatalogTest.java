package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.Database;
import dev.sluice.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// The SSIS catalog with real processes: a project of our own is deployed and executed on a node against
/// PostgreSQL, all by the command line, as a person would.
@ExtendWith(Stage.class)
class SsisCatalogTest {
    private static final String FILL =
            "CREATE TABLE IF NOT EXISTS ssis_days (day TEXT, rows INT); INSERT INTO ssis_days VALUES (?, ?)";

    /// A package that runs one statement with the parameters `$Package::Day` and `$Project::Rows` through
    /// the connection manager `Shop`, which leads nowhere as it was designed.
    private static String load(String name, String statement, boolean parameters) {
        String bindings = parameters
                ? "<SQLTask:ParameterBinding SQLTask:ParameterName='0' SQLTask:DtsVariableName='$Package::Day'"
                        + " SQLTask:DataType='129'/><SQLTask:ParameterBinding SQLTask:ParameterName='1'"
                        + " SQLTask:DtsVariableName='$Project::Rows' SQLTask:DataType='3'/>"
                : "";
        return "<DTS:Executable xmlns:DTS='www.microsoft.com/SqlServer/Dts' DTS:refId='Package' DTS:ObjectName='" + name
                + "' DTS:ProtectionLevel='0'><DTS:Property"
                + " DTS:Name='PackageFormatVersion'>8</DTS:Property><DTS:ConnectionManagers><DTS:ConnectionManager"
                + " DTS:CreationName='OLEDB' DTS:DTSID='{Db}'"
                + " DTS:ObjectName='Shop'><DTS:ObjectData><DTS:ConnectionManager DTS:ConnectionString='Data"
                + " Source=nowhere.invalid;Provider=SQLNCLI11.1'/></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers><DTS:PackageParameters><DTS:PackageParameter"
                + " DTS:ObjectName='Day' DTS:DataType='8'><DTS:Property"
                + " DTS:Name='ParameterValue'>never</DTS:Property></DTS:PackageParameter></DTS:PackageParameters><DTS:Executables><DTS:Executable"
                + " DTS:refId='Package\\Fill' DTS:DTSID='{Fill}' DTS:CreationName='Microsoft.ExecuteSQLTask'"
                + " DTS:ExecutableType='Microsoft.ExecuteSQLTask'"
                + " DTS:ObjectName='Fill'><DTS:ObjectData><SQLTask:SqlTaskData"
                + " xmlns:SQLTask='www.microsoft.com/sqlserver/dts/tasks/sqltask' SQLTask:Connection='{Db}'"
                + " SQLTask:SqlStatementSource=\""
                + statement + "\">" + bindings
                + "</SQLTask:SqlTaskData></DTS:ObjectData></DTS:Executable></DTS:Executables></DTS:Executable>";
    }

    private static Path project(Path file, int build) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(
                    zip,
                    "@Project.manifest",
                    "<SSIS:Project SSIS:ProtectionLevel='DontSaveSensitive'"
                            + " xmlns:SSIS='www.microsoft.com/SqlServer/SSIS'><SSIS:Properties><SSIS:Property"
                            + " SSIS:Name='Name'>Sales</SSIS:Property><SSIS:Property SSIS:Name='VersionBuild'>"
                            + build
                            + "</SSIS:Property></SSIS:Properties><SSIS:Packages><SSIS:Package SSIS:Name='Load.dtsx'"
                            + " SSIS:EntryPoint='1'/><SSIS:Package SSIS:Name='Long.dtsx'"
                            + " SSIS:EntryPoint='1'/></SSIS:Packages></SSIS:Project>");
            put(
                    zip,
                    "Project.params",
                    "<SSIS:Parameters xmlns:SSIS='www.microsoft.com/SqlServer/SSIS'><SSIS:Parameter"
                            + " SSIS:Name='Rows'><SSIS:Properties><SSIS:Property"
                            + " SSIS:Name='DataType'>9</SSIS:Property><SSIS:Property SSIS:Name='Value'>7</SSIS:Property>"
                            + "</SSIS:Properties></SSIS:Parameter></SSIS:Parameters>");
            put(zip, "Load.dtsx", load("Load", FILL, true));
            put(zip, "Long.dtsx", load("Long", "SELECT pg_sleep(3000)", false));
        }
        return Files.write(file, bytes.toByteArray());
    }

    private static void put(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A catalog as a person uses it.
    private record Shell(Installation installation) {
        Program.Ended said(String... words) {
            List<String> all = new ArrayList<>(List.of("ssis"));
            all.addAll(Arrays.asList(words));
            all.addAll(List.of("--data", installation.data().toString()));
            return Program.here(all.toArray(String[]::new));
        }

        String ok(String... words) {
            Program.Ended ended = said(words);
            assertThat(ended.exit())
                    .as(String.join(" ", words) + "\n" + ended.text() + ended.messages())
                    .isZero();
            return ended.text();
        }

        JsonNode json(String... words) {
            List<String> all = new ArrayList<>(Arrays.asList(words));
            all.addAll(List.of("-o", "json"));
            return Json.parse(ok(all.toArray(String[]::new)));
        }
    }

    @Test
    void I01_I10_I22_a_project_is_deployed_configured_executed_watched_stopped_restored_and_cleaned_up(
            Database database) throws Exception {
        try (Installation installation = new Installation()) {
            installation.startService();
            TestFactory factory = installation.factory("ssis");
            factory.runtime("ssisIR");
            Shell shell = new Shell(installation);
            Path files = installation.files("ssis");
            Path archive = project(files.resolve("Sales.ispac"), 1);

            JsonNode deployed = shell.json("deploy", archive.toString(), "--folder", "Etl");
            long first = deployed.path("version").asLong();
            shell.ok("environments", "create", "Etl/Test");
            shell.ok("environments", "set", "Etl/Test", "N=99", "--type", "Int32");
            // Before there is any node: the service holds it for whoever comes.
            Path secret = Files.writeString(files.resolve("password"), Stage.password(database) + "\n");
            shell.ok("environments", "set", "Etl/Test", "Password", "--sensitive", "--value-file", secret.toString());
            shell.ok("references", "add", "Etl/Sales", "Etl/Test");
            shell.ok("parameters", "refer", "Etl/Sales", "Rows=N");
            for (String name : List.of("Load.dtsx", "Long.dtsx")) {
                shell.ok("parameters", "refer", "Etl/Sales", "CM.Shop.Password=Password", "--package", name);
                shell.ok(
                        "parameters",
                        "set",
                        "Etl/Sales",
                        "CM.Shop.UserName=" + Stage.user(database),
                        "--package",
                        name);
                shell.ok(
                        "parameters",
                        "set",
                        "Etl/Sales",
                        "CM.Shop.ConnectionString=jdbc:postgresql://127.0.0.1:" + database.port() + "/postgres",
                        "--package",
                        name);
            }
            installation.joinNode("etl", factory.authKey("ssisIR"));

            JsonNode execution = shell.json(
                    "execute",
                    "Etl/Sales/Load.dtsx",
                    "--runtime",
                    "ssisIR",
                    "--environment",
                    "Etl/Test",
                    "--parameter",
                    "Day=@today",
                    "--key",
                    "once",
                    "--wait");
            assertThat(execution.path("status").asInt())
                    .as(execution.toString())
                    .isEqualTo(7);
            assertThat(Stage.ask(database, "SELECT day || ',' || rows FROM ssis_days"))
                    .isEqualTo("@today,99");
            String id = execution.path("executionId").asString();
            List<String> messages = new ArrayList<>();
            shell.json("messages", id)
                    .forEach(m -> messages.add(m.path("message").asString()));
            assertThat(messages).anyMatch(m -> m.startsWith("Fill:Start")).anyMatch(m -> m.startsWith("Fill:Finished"));
            assertThat(shell.json("executions", "executables", id)
                            .get(0)
                            .path("executionResult")
                            .asInt())
                    .isZero();

            // Said twice it is done once (I19).
            assertThat(shell.json("execute", "Etl/Sales/Load.dtsx", "--key", "once")
                            .path("executionId")
                            .asString())
                    .isEqualTo(id);
            assertThat(Stage.ask(database, "SELECT COUNT(*) FROM ssis_days")).isEqualTo("1");

            stops(shell, database);
            failsWithItsMessages(shell, factory, installation);

            project(archive, 2);
            JsonNode second = shell.json("deploy", archive.toString(), "--folder", "Etl");
            assertThat(second.path("projectVersion").asString()).isEqualTo("1.0.2");
            assertThat(shell.json("restore", "Etl/Sales", String.valueOf(first))
                            .path("projectVersion")
                            .asString())
                    .isEqualTo("1.0.1");
            shell.ok("properties", "MAX_PROJECT_VERSIONS=1");
            assertThat(shell.json("cleanup").path("versions").asInt()).isEqualTo(1);
            assertThat(shell.json("versions", "Etl/Sales")
                            .get(0)
                            .path("version")
                            .asLong())
                    .isEqualTo(first);

            installation.program("service-process").terminate();
            installation.program("service-process").awaitExit();
            nowhere(installation.data(), Stage.password(database));
            nowhere(installation.node("etl"), Stage.password(database));
        }
    }

    private static void stops(Shell shell, Database database) {
        JsonNode started =
                shell.json("execute", "Etl/Sales/Long.dtsx", "--runtime", "ssisIR", "--environment", "Etl/Test");
        String id = started.path("executionId").asString();
        Eventually.holds(
                "the statement runs",
                () -> !Stage.ask(
                                database, "SELECT COUNT(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3000)'")
                        .equals("0"));
        shell.ok("executions", "stop", id);
        JsonNode ended = Eventually.value(
                "the execution has ended", () -> shell.json("executions", "show", id), e -> e.has("endTime"));
        assertThat(ended.path("statusName").asString()).isEqualTo("Canceled");
        assertThat(ended.path("stoppedByName").asString()).isEqualTo("admin");
        Eventually.holds(
                "the statement has ended",
                () -> Stage.ask(database, "SELECT COUNT(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3000)'")
                        .equals("0"));
    }

    /// By an activity of a pipeline, with a connection that is overridden by one that does not work.
    private static void failsWithItsMessages(Shell shell, TestFactory factory, Installation installation) {
        factory.pipeline("Nightly", List.of(), List.of("""
            {"name":"Load","type":"ExecuteSSISPackage","typeProperties":{
             "packageLocation":{"type":"SSISDB","packagePath":"Etl/Sales/Load.dtsx"},"runtime":"x86","loggingLevel":"Verbose",
             "environmentPath":"Etl/Test","connectVia":{"referenceName":"ssisIR","type":"IntegrationRuntimeReference"},
             "packageParameters":{"Day":{"value":"tomorrow"}},
             "packageConnectionManagers":{"Shop":{"UserName":{"value":"nobody"}}}}}
            """));
        TestFactory.Run run = factory.finish(factory.start("Nightly"), Duration.ofMinutes(3));
        assertThat(run.status()).isEqualTo("Failed");
        JsonNode last = shell.json("executions", "list", "--package", "Load.dtsx", "--top", "1")
                .get(0);
        String id = last.path("executionId").asString();
        assertThat(last.path("status").asInt()).isEqualTo(4);
        assertThat(last.path("callerName").asString()).isEqualTo("pipeline Nightly");
        assertThat(run.toString()).contains("execution " + id).contains("SsisPackageFailed");
        JsonNode errors = shell.json("messages", id, "--level", "Error");
        assertThat(errors.isEmpty()).isFalse();
        assertThat(errors.get(0).path("message").asString()).contains("nobody");
        Program.Ended waited = shell.said(
                "execute",
                "Etl/Sales/Load.dtsx",
                "--runtime",
                "ssisIR",
                "--environment",
                "Etl/Test",
                "--connection",
                "Shop.UserName=nobody",
                "--wait");
        assertThat(waited.exit()).isEqualTo(1);
        assertThat(installation.program("etl").isAlive()).isTrue();
    }

    private static void nowhere(Path folder, String secret) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(secret);
            }
        }
    }
}
