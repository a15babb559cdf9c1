package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service as a process of its own.
class ProcessTest {
    @TempDir
    Path folder;

    private Process launch(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ServiceMain.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).start();
    }

    private static String error(Process p) throws Exception {
        String text = new String(p.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    @Test
    void it_says_ready_once_stops_on_a_signal_and_goes_on_where_it_was() throws Exception {
        String[] start = {"start", "--data", folder.toString(), "--https-port=0"};
        Process first = launch(start);
        BufferedReader out = first.inputReader();
        String ready = out.readLine();
        assertThat(ready).startsWith("ready https://localhost:");
        TestClient client = new TestClient(ready.substring(6), folder);
        assertThat(client.put("fab", "{}").status()).isEqualTo(200);
        assertThat(Files.readString(folder.resolve("service.json")))
                .contains(ready.substring(6))
                .contains(String.valueOf(first.pid()));

        Process second = launch(start);
        assertThat(error(second)).contains("DataFolderInUse").contains(String.valueOf(first.pid()));
        assertThat(second.exitValue()).isEqualTo(1);

        client.http.shutdownNow();
        // The handle's destroy leaves the streams open, the process's own does not.
        assertThat(first.toHandle().destroy()).isTrue();
        assertThat(first.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        assertThat(out.readLine()).isNull();
        assertThat(folder.resolve("service.json")).doesNotExist();

        Process third = launch(start);
        String again = third.inputReader().readLine();
        client = new TestClient(again.substring(6), folder);
        assertThat(client.get("fab").status()).isEqualTo(200);
        client.http.shutdownNow();
        third.destroyForcibly();
        assertThat(third.waitFor(30, TimeUnit.SECONDS)).isTrue();

        // Killed, not stopped: what was acknowledged is there all the same.
        Process fourth = launch(start);
        client = new TestClient(fourth.inputReader().readLine().substring(6), folder);
        assertThat(client.get("fab").status()).isEqualTo(200);
        client.http.shutdownNow();
        fourth.destroy();
        assertThat(fourth.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_wrong_command_line_is_explained() throws Exception {
        Process wrong = launch("start", "--colour", "red");
        assertThat(error(wrong)).contains("unknown option '--colour'");
        assertThat(wrong.exitValue()).isEqualTo(2);
        Process help = launch("--help");
        assertThat(new String(help.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("--https-port")
                .contains("admin-token");
        assertThat(help.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(help.exitValue()).isZero();
    }
}
