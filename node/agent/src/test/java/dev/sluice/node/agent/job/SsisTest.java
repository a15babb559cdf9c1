package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.node.agent.web.AllowedHosts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SsisTest {
    @TempDir
    Path folder;

    /// A package that writes parameter `$Package::Day` and variable `User::X` through the connection `Shop`.
    private static String load(String statement) {
        return "<DTS:Executable xmlns:DTS='www.microsoft.com/SqlServer/Dts' DTS:refId='Package' DTS:ObjectName='Load'"
                + " DTS:ProtectionLevel='0'><DTS:Property"
                + " DTS:Name='PackageFormatVersion'>8</DTS:Property><DTS:ConnectionManagers><DTS:ConnectionManager"
                + " DTS:CreationName='OLEDB' DTS:DTSID='{Db}' DTS:ObjectName='Shop'><DTS:ObjectData><DTS:ConnectionManager"
                + " DTS:ConnectionString='Data"
                + " Source=nowhere.invalid;Provider=SQLNCLI11.1'/></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers><DTS:PackageParameters><DTS:PackageParameter"
                + " DTS:ObjectName='Day' DTS:DataType='8'/></DTS:PackageParameters><DTS:Variables><DTS:Variable"
                + " DTS:Namespace='User' DTS:ObjectName='X'><DTS:VariableValue"
                + " DTS:DataType='8'>saved</DTS:VariableValue></DTS:Variable></DTS:Variables><DTS:Executables><DTS:Executable"
                + " DTS:refId='Package\\Fill' DTS:CreationName='Microsoft.ExecuteSQLTask'"
                + " DTS:ExecutableType='Microsoft.ExecuteSQLTask'"
                + " DTS:ObjectName='Fill'><DTS:ObjectData><SQLTask:SqlTaskData"
                + " xmlns:SQLTask='www.microsoft.com/sqlserver/dts/tasks/sqltask' SQLTask:Connection='{Db}'"
                + " SQLTask:SqlStatementSource=\""
                + statement
                + "\"><SQLTask:ParameterBinding SQLTask:ParameterName='0' SQLTask:DtsVariableName='$Package::Day'"
                + " SQLTask:DataType='129'/><SQLTask:ParameterBinding SQLTask:ParameterName='1'"
                + " SQLTask:DtsVariableName='User::X' SQLTask:DataType='129'/>"
                + "</SQLTask:SqlTaskData></DTS:ObjectData></DTS:Executable></DTS:Executables></DTS:Executable>";
    }

    private static final String FILL = "CREATE TABLE days AS SELECT ? AS day, ? AS x";

    private String url() {
        return "jdbc:sqlite:" + folder.resolve("shop.db");
    }

    private String stored() throws Exception {
        try (var c = DriverManager.getConnection(url());
                ResultSet r = c.createStatement().executeQuery("SELECT day || ',' || x FROM days")) {
            return r.getString(1);
        }
    }

    private JobBench activity(String location, String more) {
        return JobBench.job(
                        folder,
                        "ExecuteSSISPackage",
                        "{\"packageLocation\":" + location
                                + ",\"connectVia\":{\"referenceName\":\"ir\",\"type\":\"IntegrationRuntimeReference\"},"
                                + "\"packageParameters\":{\"Day\":{\"value\":\"Monday\"}},\"packageConnectionManagers\":{\"Shop\":{\"ConnectionString\":{\"value\":\""
                                + url() + "\"}}}" + more + "}")
                .under(new OwnersRules(AllowedHosts.ALL, false, Map.of("\\\\server\\share", folder)));
    }

    private static String inline(String content) {
        return "{\"type\":\"InlinePackage\",\"typeProperties\":{\"packageName\":\"Load.dtsx\",\"packageContent\":"
                + Json.write(Json.text(content)) + "}}";
    }

    @Test
    void I22_a_package_of_a_share_runs_with_parameters_connections_and_overrides() throws Exception {
        Files.createDirectories(folder.resolve("packages"));
        Files.writeString(folder.resolve("packages/Load.dtsx"), load(FILL));

        JsonNode output = activity(
                        "{\"type\":\"File\",\"packagePath\":\"\\\\\\\\server\\\\share\\\\packages\\\\load.DTSX\"}",
                        ",\"propertyOverrides\":{\"\\\\Package.Variables[User::X].Value\":{\"value\":\"given\",\"isSensitive\":false}}")
                .output();

        assertThat(stored()).isEqualTo("Monday,given");
        assertThat(output.path("result").asString()).isEqualTo("Success");
        assertThat(output.path("package").asString()).isEqualTo("Load");
        assertThat(output.path("executables").get(0).path("executable").asString())
                .isEqualTo("Package\\Fill");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "base64", "gzip", "zlib"})
    void I22_a_package_may_be_embedded_in_the_activity(String form) throws Exception {
        byte[] xml = load(FILL).getBytes(StandardCharsets.UTF_8);
        String content = switch (form) {
            case "plain" -> load(FILL);
            case "base64" -> Base64.getEncoder().encodeToString(xml);
            default -> {
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                try (OutputStream out =
                        form.equals("gzip") ? new GZIPOutputStream(packed) : new DeflaterOutputStream(packed)) {
                    out.write(xml);
                }
                yield Base64.getEncoder().encodeToString(packed.toByteArray());
            }
        };

        activity(inline(content), "").output();

        assertThat(stored()).isEqualTo("Monday,saved");
    }

    @Test
    void I22_a_package_store_is_a_folder_that_the_owner_names() throws Exception {
        Files.createDirectories(folder.resolve("etl"));
        Files.writeString(folder.resolve("etl/Load.dtsx"), load(FILL));

        activity("{\"type\":\"PackageStore\",\"packagePath\":\"store\\\\etl\\\\Load\"}", "")
                .under(new OwnersRules(AllowedHosts.ALL, false, Map.of("store", folder)))
                .output();

        assertThat(stored()).isEqualTo("Monday,saved");
    }

    /// An activity with a package of the catalog, as the node's host completes it.
    private JobBench catalog(String statement, int level) throws IOException {
        Path archive = folder.resolve("catalog.ispac");
        try (var zip = new java.util.zip.ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new java.util.zip.ZipEntry("@Project.manifest"));
            zip.write(("<Project><Properties><Property Name='Name'>Sales</Property></Properties><Packages><Package"
                            + " Name='Other.dtsx' EntryPoint='1'/><Package Name='Load.dtsx' EntryPoint='1'/></Packages></Project>")
                    .getBytes(StandardCharsets.UTF_8));
            for (String name : new String[] {"Other.dtsx", "Load.dtsx"}) {
                zip.putNextEntry(new java.util.zip.ZipEntry(name));
                zip.write(load(name.startsWith("Load") ? statement : "SELECT ?, ? FROM nowhere")
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
        return JobBench.job(
                        folder,
                        "ExecuteSSISPackage",
                        "{\"packageLocation\":{\"type\":\"SSISDB\",\"packagePath\":\"Etl/Sales/Load.dtsx\"},"
                                + "\"catalog\":{\"executionId\":42,\"archive\":\"" + archive
                                + "\",\"packageName\":\"Load.dtsx\",\"loggingLevel\":" + level
                                + ",\"values\":{\"package\":{\"Day\":{\"value\":\"Sunday\"},\"CM.Shop.ConnectionString\":{\"value\":\""
                                + url() + "\"}}}},\"packageParameters\":{\"Day\":{\"value\":\"Monday\"}}}")
                .under(new OwnersRules(AllowedHosts.ALL, false, Map.of()));
    }

    @Test
    void I22_a_package_of_the_catalog_runs_with_the_values_of_the_server_and_those_of_the_activity_count_more()
            throws Exception {
        JobBench bench = catalog(FILL, 1);

        JsonNode output = bench.output();

        assertThat(stored()).isEqualTo("Monday,saved");
        assertThat(output.path("executionId").asString()).isEqualTo("42");
        assertThat(output.path("operationId").asString()).isEqualTo("42");
        assertThat(bench.messages).extracting(m -> m.id()).isSorted().doesNotHaveDuplicates();
        assertThat(bench.messages)
                .filteredOn(m -> m.sourceName().equals("Fill") && m.event().endsWith("Execute"))
                .extracting(m -> m.type() + " from " + m.sourceType() + " at " + m.path())
                .containsExactly("30 from 40 at \\Package\\Fill", "40 from 40 at \\Package\\Fill");
        assertThat(bench.statistics)
                .extracting(s -> s.path() + "=" + s.result())
                .contains("\\Package\\Fill=0", "\\Package=0");
    }

    @Test
    void I01_a_failure_of_a_package_of_the_catalog_is_an_error_message_and_a_failed_executable() throws Exception {
        JobBench bench = catalog("SELECT ? FROM nowhere WHERE x = ?", 2);

        ActivityError error = bench.error();

        assertThat(error.message()).contains("execution 42").contains("nowhere");
        assertThat(bench.messages).isNotEmpty().allMatch(m -> m.type() == 120 || m.type() == 110);
        assertThat(bench.messages).anyMatch(m -> m.type() == 120 && m.text().contains("nowhere"));
        assertThat(bench.statistics)
                .extracting(s -> s.path() + "=" + s.result())
                .contains("\\Package\\Fill=1");
    }

    @Test
    void a_logging_level_of_none_keeps_nothing() throws Exception {
        JobBench bench = catalog(FILL, 0);
        bench.output();
        assertThat(bench.messages).isEmpty();
        assertThat(bench.statistics).isEmpty();
    }

    @Test
    void I01_the_log_and_the_errors_are_linked_by_the_execution() throws IOException {
        JobBench failing = activity(
                inline(load("SELECT ? FROM nowhere WHERE x = ?")),
                ",\"logLocation\":{\"type\":\"File\",\"logPath\":\"\\\\\\\\server\\\\share\\\\logs\"}");

        ActivityError error = failing.error();

        assertThat(error.details().getFirst().code()).isEqualTo("SsisPackageFailed");
        assertThat(error.message()).contains("'Load'").contains("nowhere").contains(JobBench.RUN_ID);
        Path log = folder.resolve("logs").resolve(JobBench.RUN_ID).resolve("messages.log");
        assertThat(error.message()).contains(log.toString());
        assertThat(Files.readString(log))
                .contains("Fill:Start, ")
                .contains("Fill:Error: SsisSqlFailed")
                .contains("[0xC002F210]")
                .contains("Load:Finished, ");
    }

    @Test
    void what_is_not_there_or_no_package_is_named() {
        assertThat(activity("{\"type\":\"File\",\"packagePath\":\"\\\\\\\\server\\\\share\\\\none.dtsx\"}", "")
                        .code())
                .isEqualTo("SsisPackageUnreadable");
        assertThat(activity(inline("AAAAAAAAAAAA"), "").code()).isEqualTo("SsisPackageContentNotValid");
        assertThat(activity(inline("<x/>"), "").code()).isEqualTo("SsisPackageNotValid");
        assertThat(activity("{\"type\":\"SSISDB\",\"packagePath\":\"f/p/Load.dtsx\"}", "")
                        .code())
                .isEqualTo("NoSsisRuntime");
        assertThat(activity(inline(load(FILL)), ",\"projectParameters\":{\"Gone\":{\"value\":1}}")
                        .code())
                .isEqualTo("SsisParameterNotValid");
    }

    @Test
    void a_cancel_stops_the_running_statement() {
        JobBench running = activity(
                inline(load("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM"
                        + " n WHERE ? = ?")),
                ",\"logLocation\":{\"type\":\"File\",\"logPath\":\"\\\\\\\\server\\\\share\\\\logs\"}");
        CompletableFuture<JobOutcome> outcome = running.started();
        Path log = folder.resolve("logs").resolve(JobBench.RUN_ID).resolve("messages.log");
        while (!started(log)) {
            Thread.onSpinWait();
        }
        running.cancel();

        assertThat(outcome.join()).isInstanceOf(JobOutcome.Cancelled.class);
    }

    private static boolean started(Path log) {
        try {
            return Files.exists(log) && Files.readString(log).contains("Fill:Start");
        } catch (IOException e) {
            return false;
        }
    }
}
