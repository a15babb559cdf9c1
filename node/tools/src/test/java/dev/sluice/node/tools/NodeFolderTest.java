package dev.sluice.node.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.node.agent.AgentStatus;
import dev.sluice.wire.NodeOrders;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeFolderTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final NodeConfiguration CONFIGURATION = new NodeConfiguration(
            URI.create("https://localhost:8443"),
            "n1",
            "node-1",
            "ir-1",
            "factory-1",
            NOW,
            new NodeOrders(List.of(), false, 2, 30_000, 5_000));

    @TempDir
    Path temp;

    private NodeFolder folder;

    @BeforeEach
    void setUp() throws Exception {
        folder = new NodeFolder(temp.resolve("node"));
    }

    @Test
    void a_damaged_registration_is_restored_from_its_copy() throws Exception {
        folder.lock().close();
        folder.write(CONFIGURATION);
        for (String damage : List.of("", "{\"service\":", "[]", "{}")) {
            Files.writeString(folder.configurationFile(), damage);
            assertThat(folder.configuration()).isEqualTo(CONFIGURATION);
            assertThat(Files.readString(folder.configurationFile())).contains("node-1");
        }
        Files.delete(folder.configurationFile());
        assertThat(folder.configuration()).isEqualTo(CONFIGURATION);
    }

    @Test
    void a_registration_and_a_copy_that_are_both_damaged_are_said_to_be() throws Exception {
        folder.lock().close();
        folder.write(CONFIGURATION);
        Files.writeString(folder.configurationFile(), "{");
        Files.writeString(folder.root().resolve("node.json.bak"), "{");
        assertThatThrownBy(folder::configuration)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("NodeConfigurationDamaged")
                .hasMessageContaining("node.json");
    }

    @Test
    void a_folder_without_a_registration_says_how_to_get_one() {
        assertThatThrownBy(folder::configuration)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("NodeNotRegistered"));
    }

    @Test
    void a_second_process_is_told_who_has_the_folder() throws Exception {
        try (FolderLock held = folder.lock()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(folder::lock)
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("DataFolderInUse")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        folder.lock().close();
        assertThat(folder.holder()).isEmpty();
    }

    @Test
    void the_report_shows_the_hosts_own_view_while_it_runs_and_stopped_afterwards() throws Exception {
        try (FolderLock held = folder.lock()) {
            assertThat(held).isNotNull();
            folder.write(CONFIGURATION);
            assertThat(NodeReport.of(folder).state()).isEqualTo("Starting");
            folder.writeStatus(status(ProcessHandle.current().pid()));
            NodeReport report = NodeReport.of(folder);
            assertThat(report.state()).isEqualTo("Online");
            assertThat(report.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(report.lastContact()).isEqualTo(NOW);
            folder.writeStatus(status(1));
            assertThat(NodeReport.of(folder).state())
                    .as("of an earlier process")
                    .isEqualTo("Starting");
        }
        assertThat(NodeReport.of(folder).state()).isEqualTo("Stopped");
    }

    @Test
    void the_usual_folder_follows_the_desktop_convention() {
        assertThat(NodeFolder.usual(Map.of("XDG_DATA_HOME", "/x"))).isEqualTo(Path.of("/x/sluice/node"));
        assertThat(NodeFolder.usual(Map.of())).endsWithRaw(Path.of(".local/share/sluice/node"));
    }

    private static AgentStatus status(long pid) {
        return new AgentStatus(
                AgentStatus.State.ONLINE,
                pid,
                "node-1",
                "ir-1",
                NOW,
                NOW,
                "",
                "",
                "",
                2,
                List.of(),
                List.of(4L),
                0,
                null,
                0);
    }
}
