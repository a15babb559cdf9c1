package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.junit.jupiter.api.Test;

/// A machine is made a node from another one, by OpenSSH's client and Apache MINA's server.
class RemoteRegistrationTest {
    private static final Path SSH = Path.of("/usr/bin/ssh");

    @Test
    void G02_a_remote_machine_is_registered_over_ssh_and_the_key_is_on_no_command_line() throws Exception {
        assumeTrue(Files.isExecutable(SSH), "SKIPPED: openssh-client is needed");
        try (Installation installation = new Installation();
                SshServer server = SshServer.setUpDefaultServer()) {
            Path keys = installation.files("ssh");
            server.setHost("127.0.0.1");
            server.setKeyPairProvider(
                    KeyPairProvider.wrap(KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256)));
            server.setPublickeyAuthenticator((user, key, session) -> user.equals("operator"));
            server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
            server.start();
            assertThat(new ProcessBuilder(
                                    "ssh-keygen",
                                    "-q",
                                    "-t",
                                    "ecdsa",
                                    "-N",
                                    "",
                                    "-f",
                                    keys.resolve("id").toString())
                            .start()
                            .waitFor())
                    .isZero();

            installation.startService();
            TestFactory factory = installation.factory("remote").runtime("Plant");
            String key = factory.authKey("Plant");
            Path keyFile = Files.writeString(keys.resolve("key.txt"), key);
            Path data = installation.node("far");
            String command = "SLUICE_NO_BUILD=1 " + Program.launcher() + " node register --data " + data
                    + " --key-file /dev/stdin --name far";
            assertThat(command).doesNotContain(key);
            List<String> ssh = List.of(
                    "sh",
                    "-c",
                    SSH + " -p " + server.getPort() + " -i " + keys.resolve("id")
                            + " -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile="
                            + keys.resolve("known") + " operator@127.0.0.1 '" + command + "' < " + keyFile);
            try (Program remote = Program.start("ssh", installation.folder(), ssh, Map.of())) {
                assertThat(remote.awaitExit()).as(remote.messages()).isZero();
                assertThat(remote.output()).anySatisfy(line -> assertThat(line).contains("registered node far"));
            }
            assertThat(installation.nodeStatus("far").path("state").asString()).isEqualTo("Stopped");
            installation.startNode("far");
            assertThat(factory.client()
                            .get(factory.paths().one("integrationRuntimes", "Plant") + "/nodes/far")
                            .path("status")
                            .asString())
                    .isEqualTo("Online");
        }
    }
}
