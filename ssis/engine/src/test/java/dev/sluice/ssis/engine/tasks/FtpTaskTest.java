package dev.sluice.ssis.engine.tasks;

import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.variable;
import static dev.sluice.ssis.engine.control.PackageText.variables;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.WritePermission;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// FTP tasks against a real server: Apache FtpServer.
class FtpTaskTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void bench() {
        bench = new Bench(folder);
    }

    private static FtpServer ftp(Path home) throws Exception {
        Files.createDirectories(home);
        ListenerFactory listener = new ListenerFactory();
        listener.setServerAddress("127.0.0.1");
        listener.setPort(0);
        FtpServerFactory factory = new FtpServerFactory();
        var running = listener.createListener();
        factory.addListener("default", running);
        BaseUser user = new BaseUser();
        user.setName("shop");
        user.setPassword("secret");
        user.setHomeDirectory(home.toString());
        user.setAuthorities(List.of(new WritePermission()));
        factory.getUserManager().save(user);
        FtpServer server = factory.createServer();
        server.start();
        return server;
    }

    private static int port(FtpServer server) {
        return ((org.apache.ftpserver.impl.DefaultFtpServer) server)
                .getListener("default")
                .getPort();
    }

    private static String manager(int port, boolean passive) {
        return "<DTS:ConnectionManagers><DTS:ConnectionManager DTS:refId='Package.ConnectionManagers[Ftp]' "
                + "DTS:CreationName='FTP' DTS:DTSID='{Ftp}' DTS:ObjectName='Ftp'><DTS:ObjectData>"
                + "<DTS:ConnectionManager DTS:ConnectionString='127.0.0.1:" + port
                + "'><DTS:FtpConnection DTS:ServerUserName='shop' "
                + "DTS:UsePassiveMode='" + (passive ? "True" : "False")
                + "'/></DTS:ConnectionManager></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>";
    }

    private static String ftpTask(String name, String attributes) {
        return executable(
                name,
                "Microsoft.FtpTask",
                "",
                "<DTS:ObjectData><FtpData ConnectionName='{Ftp}' " + attributes + "/></DTS:ObjectData>");
    }

    private Result ftp(int port, boolean passive, String... attributes) {
        bench.overrides.put("Ftp.Password", "secret");
        String[] tasks = new String[attributes.length];
        StringBuilder constraints = new StringBuilder("<DTS:PrecedenceConstraints>");
        for (int i = 0; i < attributes.length; i++) {
            tasks[i] = ftpTask("t" + i, attributes[i]);
            if (i > 0) {
                constraints.append(PackageText.after("t" + (i - 1), "t" + i, "DTS:LogicalAnd='True'"));
            }
        }
        return bench.run(PackageText.of(
                "p",
                "",
                manager(port, passive),
                variables(
                        variable("Local", 8, folder.resolve("here").toString()),
                        variable("Files", 8, folder.resolve("out/*.txt").toString())),
                executables(tasks),
                constraints.append("</DTS:PrecedenceConstraints>").toString()));
    }

    private static final String LOCAL = "TaskIsLocalPathVar='True' TaskLocalPath='User::Local' ";
    private static final String FILES = "TaskIsLocalPathVar='True' TaskLocalPath='User::Files' ";

    @Test
    void files_go_to_an_ftp_server_and_come_back_both_ways_of_connecting() throws Exception {
        for (boolean passive : new boolean[] {true, false}) {
            Path home = folder.resolve("home" + passive);
            FtpServer server = ftp(home);
            try {
                Files.createDirectories(folder.resolve("out"));
                Files.writeString(folder.resolve("out/a.txt"), "one\n");
                Files.writeString(folder.resolve("out/b.txt"), "two");
                Files.writeString(folder.resolve("out/c.csv"), "no");
                Path here = folder.resolve("here");
                if (Files.exists(here)) {
                    Files.delete(here.resolve("a.txt"));
                    Files.delete(here.resolve("b.txt"));
                }
                Files.createDirectories(here);
                Result result = ftp(
                        port(server),
                        passive,
                        "TaskOperationType='MakeDirRemote' TaskRemotePath='/in'",
                        "TaskOperationType='Send' TaskRemotePath='/in' " + FILES,
                        "TaskOperationType='Receive' TaskRemotePath='/in/*.txt' " + LOCAL,
                        "TaskOperationType='DeleteRemote' TaskRemotePath='/in/a*'");
                assertThat(result).as(bench.error()).isEqualTo(Result.SUCCESS);
                assertThat(here.resolve("a.txt")).hasContent("one");
                assertThat(here.resolve("b.txt")).hasContent("two");
                assertThat(home.resolve("in")).isDirectoryNotContaining("glob:**a.txt");
                assertThat(home.resolve("in/b.txt")).hasContent("two");
                assertThat(home.resolve("in/c.csv")).doesNotExist();
                try (var left = Files.list(here)) {
                    assertThat(left.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("a.txt", "b.txt");
                }
            } finally {
                server.stop();
            }
        }
    }

    @Test
    void what_is_there_is_not_overwritten_unless_it_may_be() throws Exception {
        FtpServer server = ftp(folder.resolve("home"));
        try {
            Files.createDirectories(folder.resolve("home/in"));
            Files.writeString(folder.resolve("home/in/a.txt"), "theirs");
            Files.createDirectories(folder.resolve("here"));
            Files.writeString(folder.resolve("here/a.txt"), "ours");
            String receive = "TaskOperationType='Receive' TaskRemotePath='/in/a.txt' " + LOCAL;
            assertThat(ftp(port(server), true, receive)).isEqualTo(Result.FAILURE);
            assertThat(bench.error()).contains("exists already");
            assertThat(folder.resolve("here/a.txt")).hasContent("ours");
            assertThat(ftp(port(server), true, receive + "TaskOverwriteDest='True'"))
                    .as(bench.error())
                    .isEqualTo(Result.SUCCESS);
            assertThat(folder.resolve("here/a.txt")).hasContent("theirs");
        } finally {
            server.stop();
        }
    }

    @Test
    void wrong_passwords_and_missing_files_are_told() throws Exception {
        FtpServer server = ftp(folder.resolve("home"));
        try {
            Files.createDirectories(folder.resolve("here"));
            assertThat(ftp(port(server), true, "TaskOperationType='Receive' TaskRemotePath='/none.txt' " + LOCAL))
                    .isEqualTo(Result.FAILURE);
            assertThat(bench.error()).contains("RETR /none.txt").contains("550");
            bench.overrides.clear();
            bench.overrides.put("Ftp.ServerPassword", "secret");
            var p = PackageText.of(
                    "p",
                    "",
                    manager(port(server), true),
                    executables(ftpTask("t", "TaskOperationType='MakeDirRemote' TaskRemotePath='/x'")));
            bench.overrides.put("Ftp.Password", "wrong-one");
            assertThat(bench.run(p)).isEqualTo(Result.FAILURE);
            assertThat(bench.error()).contains("PASS").contains("530").doesNotContain("wrong-one");
        } finally {
            server.stop();
        }
    }
}
