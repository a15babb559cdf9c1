package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Clients in other languages, as they come from npm and Debian, do not notice that they talk to Sluice. What they do
/// stands in scripts of their own languages.
@ExtendWith(Stage.class)
class ClientsTest {
    /// `az` starts some thirty times, seven seconds each where others keep the machine busy.
    private static final Duration LIMIT = Duration.ofMinutes(8);
    private static final List<String> PACKAGES = List.of("@azure/arm-datafactory@12.0.0", "@azure/identity@4.14.1");

    @Test
    void azures_javascript_client(Installation installation) throws Exception {
        Path folder = Files.createDirectories(Project.root().resolve("acceptance/target/javascript"));
        List<String> install = new ArrayList<>(
                List.of("npm", "install", "--prefix", folder.toString(), "--no-audit", "--no-fund", "--silent"));
        install.addAll(PACKAGES);
        boolean there = Files.exists(folder.resolve("node_modules/@azure/arm-datafactory"))
                || (isOnPath("npm")
                        && run(installation, "npm", install, Map.of()).exit() == 0);
        skipUnless(there, "npm is missing or cannot install " + PACKAGES);
        Path script = Files.copy(
                Project.root().resolve("acceptance/src/test/resources/clients/javascript.mjs"),
                folder.resolve("javascript.mjs"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Map<String, String> environment = environment(installation, "javascript");
        environment.put(
                "NODE_EXTRA_CA_CERTS", installation.data().resolve("tls/ca.pem").toString());
        check(run(installation, "javascript", List.of("node", script.toString()), environment));
    }

    /// Debian's azure-cli is 667 MB; CI installs it where it can. Its `datafactory` extension is not to be had
    /// from Debian; `az rest` sends the same requests.
    @Test
    void az(Installation installation) throws Exception {
        skipUnless(isOnPath("az"), "az is missing (Debian package azure-cli)");
        Path folder = installation.files("az");
        Map<String, String> environment = environment(installation, "az");
        environment.put(
                "REQUESTS_CA_BUNDLE", installation.data().resolve("tls/ca.pem").toString());
        environment.put("AZURE_CONFIG_DIR", folder.resolve("config").toString());
        environment.put("AZURE_CORE_COLLECT_TELEMETRY", "false");
        String script = Project.root()
                .resolve("acceptance/src/test/resources/clients/az.sh")
                .toString();
        check(run(installation, "az", List.of("bash", script), environment));
    }

    private static void check(Program.Ended ended) {
        assertThat(ended.exit()).as(ended.text() + "\n" + ended.messages()).isZero();
        assertThat(ended.output().getLast()).isEqualTo("done");
    }

    private static Map<String, String> environment(Installation installation, String name) {
        Installation.Principal principal = installation.principal(name);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("SLUICE_URL", installation.url());
        environment.put("SLUICE_TENANT", principal.tenant());
        environment.put("SLUICE_APP", principal.id());
        environment.put("SLUICE_SECRET", principal.secret());
        environment.put("SLUICE_FILES", installation.files(name + "-data").toString());
        return environment;
    }

    private static Program.Ended run(
            Installation installation, String name, List<String> command, Map<String, String> environment) {
        try (Program program = Program.start(name, installation.files(name), command, environment)) {
            int exit = program.awaitExit(LIMIT);
            return new Program.Ended(exit, program.output(), program.messages());
        }
    }

    private static void skipUnless(boolean there, String reason) {
        if (!there) {
            System.err.println("SKIPPED: " + reason);
        }
        assumeTrue(there, reason);
    }

    private static boolean isOnPath(String program) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder).resolve(program))) {
                return true;
            }
        }
        return false;
    }
}
