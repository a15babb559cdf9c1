package dev.sluice.ssis.engine.assess;

import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.expression;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ssis.engine.assess.Assessment.Finding;
import dev.sluice.ssis.engine.assess.Assessment.Verdict;
import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.packages.PackagePassword;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssessmentTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private static Assessment of(String... inside) {
        return Assessment.of("p.dtsx", PackageText.of("p", "", inside), List.of());
    }

    @Test
    void what_the_engine_runs_is_runnable_and_what_is_disabled_does_not_count() {
        Assessment a = of(executables(
                expression("e", "1"),
                executable("odd", "Acme.Weird", "DTS:Disabled='True'"),
                executable(
                        "s",
                        "STOCK:SEQUENCE",
                        "DTS:Disabled='True'",
                        executables(executable("s\\odd", "Acme.Weird", "")))));

        assertThat(a.verdict()).isEqualTo(Verdict.RUNNABLE);
        assertThat(a.findings()).isEmpty();
    }

    @Test
    void every_obstacle_is_named_with_its_place_type_and_code() {
        Assessment a = of(executables(
                executable("odd", "Acme.Weird", ""),
                executable("wmi", "Microsoft.WmiDataReaderTask", ""),
                executable(
                        "sql",
                        "Microsoft.ExecuteSQLTask",
                        "",
                        "<DTS:ObjectData><SqlTaskData Connection='{GONE}'/></DTS:ObjectData>"),
                executable(
                        "loop",
                        "STOCK:FOREACHLOOP",
                        "",
                        "<DTS:ForEachEnumerator DTS:CreationName='ForEachHdfsEnumerator'/>")));

        assertThat(a.verdict()).isEqualTo(Verdict.NOT_RUNNABLE);
        assertThat(a.findings())
                .extracting(Finding::object, Finding::component, Finding::code)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("Package\\odd", "Acme.Weird", "SsisTaskNotSupported"),
                        org.assertj.core.groups.Tuple.tuple("Package\\wmi", "WMI Task", "SsisTaskNotSupported"),
                        org.assertj.core.groups.Tuple.tuple(
                                "Package\\sql", "Execute SQL Task", "SsisConnectionNotFound"),
                        org.assertj.core.groups.Tuple.tuple(
                                "Package\\loop", "Foreach Loop Container", "SsisLoopNotValid"));
    }

    @Test
    void a_provider_without_a_driver_is_a_setting_not_an_obstacle() {
        Assessment a = of(
                "<DTS:ConnectionManagers><DTS:ConnectionManager DTS:refId='cm' DTS:CreationName='OLEDB' DTS:DTSID='{Db}' DTS:ObjectName='Db'><DTS:ObjectData>"
                        + "<DTS:ConnectionManager DTS:ConnectionString='Provider=OraOLEDB.Oracle;Data Source=h/x'/></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>",
                executables(executable(
                        "sql",
                        "Microsoft.ExecuteSQLTask",
                        "",
                        "<DTS:ObjectData><SqlTaskData Connection='{Db}'/></DTS:ObjectData>")));

        assertThat(a.verdict()).isEqualTo(Verdict.RUNNABLE);
        assertThat(a.findings()).extracting(Finding::code).containsExactly("SsisProviderNotInstalled");
    }

    @Test
    void a_folder_is_gone_through_and_what_cannot_be_read_is_said() throws IOException {
        Files.createDirectories(folder.resolve("deep"));
        Files.writeString(
                folder.resolve("deep/good.dtsx"), PackageText.xml("good", "", executables(expression("e", "1"))));
        Files.writeString(folder.resolve("bad.dtsx"), "<oops");
        Files.writeString(folder.resolve("bad.ispac"), "no zip");
        Files.writeString(folder.resolve("readme.txt"), "x");

        List<Assessment> all = Assessment.all(folder, PackagePassword.NONE);

        assertThat(all)
                .extracting(Assessment::verdict)
                .containsExactly(Verdict.UNREADABLE, Verdict.UNREADABLE, Verdict.RUNNABLE);
        assertThat(Assessment.Summary.of(all)).isEqualTo(new Assessment.Summary(3, 1, 1, 1));
        assertThatThrownBy(() -> Assessment.all(folder.resolve("none"), PackagePassword.NONE))
                .hasMessageContaining("SsisPackageUnreadable");
    }
}
