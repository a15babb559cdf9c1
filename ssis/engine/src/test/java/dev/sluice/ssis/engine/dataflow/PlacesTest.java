package dev.sluice.ssis.engine.dataflow;

import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.dataflow.FlowText.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.execution.PackageExecution;
import dev.sluice.ssis.engine.execution.PackageSource;
import dev.sluice.ssis.engine.tasks.Allowed;
import dev.sluice.ssis.packages.PackagePassword;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Data flows in packages as they are executed: what their files and connections mean on this machine.
class PlacesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    private Path working = Path.of("");
    private Path temporary = Path.of("");
    private Path feeds = Path.of("");

    @BeforeEach
    void folders() throws IOException {
        working = Files.createDirectories(folder.resolve("working"));
        temporary = Files.createDirectories(folder.resolve("temporary"));
        feeds = Files.createDirectories(folder.resolve("feeds"));
    }

    private Result run(FlowText... flows) throws Exception {
        StringBuilder managers = new StringBuilder();
        String[] tasks = new String[flows.length];
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < flows.length; i++) {
            managers.append(flows[i].managers().replaceAll("</?DTS:ConnectionManagers>", ""));
            tasks[i] = executable("flow" + i, "Microsoft.Pipeline", "", flows[i].pipeline());
            if (i > 0) {
                order.append(PackageText.after("flow" + (i - 1), "flow" + i, ""));
            }
        }
        Path file = Files.writeString(
                folder.resolve("p.dtsx"),
                PackageText.xml(
                        "p",
                        "",
                        "<DTS:ConnectionManagers>" + managers + "</DTS:ConnectionManagers>",
                        executables(tasks),
                        "<DTS:PrecedenceConstraints>" + order + "</DTS:PrecedenceConstraints>"));
        return new PackageExecution(
                        PackageSource.of(file, PackagePassword.NONE),
                        new PackageExecution.Order("", Map.of(), Map.of(), Map.of(), List.of(), PackagePassword.NONE),
                        new PackageExecution.Place(
                                new PathMap(Map.of("\\\\server\\share", feeds), working, temporary),
                                Allowed.NOTHING,
                                Map.of(),
                                events::add,
                                InstantSource.system(),
                                ZoneOffset.UTC,
                                UUID::randomUUID))
                .run();
    }

    private Event error() {
        return events.stream()
                .filter(e -> e.name().equals("OnError"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(events));
    }

    /// A flow from one file to another.
    private static FlowText copied(String name, String from, String to) {
        FlowText flow = new FlowText();
        flow.csvSource(name, from, "id i4", "s wstr:50");
        flow.recordsetWithin(name + "To", name + ".out", name + ".out.id", name + ".out.s");
        return new FlowText() {
            @Override
            String pipeline() {
                return flow.pipeline();
            }

            @Override
            String managers() {
                return flow.managers().replace(name + "To.csv", to);
            }
        };
    }

    @Test
    void I09_relative_paths_temp_and_windows_paths_lead_into_the_executions_own_folders() throws Exception {
        Files.writeString(working.resolve("In.csv"), "id,s\r\n1,a\r\n2,b\r\n");

        Result result = run(
                copied("A", "in.csv", "%TEMP%\\stage\\..\\first.txt"),
                copied("B", ".\\in.csv", "\\\\SERVER\\Share\\second.txt"));

        assertThat(result).as(events.toString()).isEqualTo(Result.SUCCESS);
        assertThat(temporary.resolve("first.txt")).hasContent("1|a\n2|b\n");
        assertThat(feeds.resolve("second.txt")).hasContent("1|a\n2|b\n");
    }

    @Test
    void I09_a_path_that_leads_nowhere_is_told_as_it_stands_here_with_what_to_do() throws Exception {
        assertThat(run(copied("A", "X:\\nowhere\\in.csv", "out.txt"))).isEqualTo(Result.FAILURE);

        assertThat(error().code()).isEqualTo(0xC020200E);
        assertThat(error().description())
                .contains("SsisDataFlowFileFailed")
                .contains("component 'A'")
                .contains("/nowhere/in.csv");
    }

    @Test
    void I05_the_component_that_refers_to_a_missing_connection_manager_is_named_exactly() throws Exception {
        FlowText flow = new FlowText();
        flow.component("Orders", "OLEDBSource")
                .connection("Gone")
                .property("AccessMode", "0")
                .property("OpenRowset", "[dbo].[Orders]")
                .external("id", "i4")
                .output("out", column("id", "i4"));
        flow.recordsetWithin("To", "Orders.out", "Orders.out.id");

        assertThat(run(flow)).isEqualTo(Result.FAILURE);

        assertThat(error().code()).isEqualTo(0xC001000E);
        assertThat(error().description())
                .contains("SsisConnectionNotFound")
                .contains("The connection 'Package.ConnectionManagers[Gone]' that component 'Orders' refers to"
                        + " isn't found");
    }

    @Test
    void I15_a_connection_to_analysis_services_is_told_to_be_unsupported_with_what_to_do() throws Exception {
        FlowText flow = new FlowText();
        flow.manager(
                "Cube",
                "OLEDB",
                "DTS:ConnectionString='Provider=MSOLAP.8;Data Source=asazure://west.asazure.windows.net/cube;"
                        + "User ID=person@example.org;Password=hush;Initial Catalog=Sales'",
                "");
        flow.component("Measures", "OLEDBSource")
                .connection("Cube")
                .property("AccessMode", "2")
                .property("SqlCommand", "EVALUATE Sales")
                .external("id", "i4")
                .output("out", column("id", "i4"));
        flow.recordsetWithin("To", "Measures.out", "Measures.out.id");

        assertThat(run(flow)).isEqualTo(Result.FAILURE);

        assertThat(error().description())
                .contains("SsisAnalysisServicesNotSupported")
                .contains("'Cube'")
                .doesNotContain("hush");
    }
}
