package dev.sluice.ssis.engine.tasks;

import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.variable;
import static dev.sluice.ssis.engine.control.PackageText.variables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Send Mail task against a mail server of somebody else: the `smtpd` of Python's library.
class SendMailTaskTest {
    private static final String SERVER = """
        import asyncore, smtpd, sys
        class Keeping(smtpd.SMTPServer):
            def process_message(self, peer, sender, recipients, data, **more):
                with open(sys.argv[1] + '.part', 'wb') as f:
                    f.write(('FROM ' + sender + '\\n' + 'TO ' + ','.join(recipients) + '\\n').encode())
                    f.write(data)
                import os
                os.replace(sys.argv[1] + '.part', sys.argv[1])
        s = Keeping(('127.0.0.1', 0), None)
        print(s.socket.getsockname()[1], flush=True)
        asyncore.loop()
        """;

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void bench() {
        bench = new Bench(folder);
    }

    private static String smtp(int port) {
        return "<DTS:ConnectionManagers><DTS:ConnectionManager DTS:refId='Package.ConnectionManagers[Mail]' "
                + "DTS:CreationName='SMTP' DTS:DTSID='{Mail}' DTS:ObjectName='Mail'><DTS:ObjectData>"
                + "<SmtpConnectionManager ConnectionString='SmtpServer=127.0.0.1;UseWindowsAuthentication=False;"
                + "EnableSsl=False;Port=" + port
                + ";'/></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>";
    }

    private static String mail(String attributes) {
        return executable(
                "mail",
                "Microsoft.SendMailTask",
                "",
                "<DTS:ObjectData><SendMailTask:SendMailTaskData "
                        + "xmlns:SendMailTask='www.microsoft.com/sqlserver/dts/tasks/sendmailtask' "
                        + "SendMailTask:SMTPServer='{Mail}' " + attributes + "/></DTS:ObjectData>");
    }

    private Process server(Path kept) throws IOException {
        Path script = Files.writeString(folder.resolve("server.py"), SERVER);
        try {
            return new ProcessBuilder("python3", "-W", "ignore", script.toString(), kept.toString())
                    .redirectError(folder.resolve("server.err").toFile())
                    .start();
        } catch (IOException e) {
            assumeThat(false).as("SKIPPED: there is no python3 (" + e + ")").isTrue();
            throw e;
        }
    }

    @Test
    void a_mail_with_attachments_reaches_everybody() throws Exception {
        Files.writeString(folder.resolve("a.csv"), "x;y\n1;2\n");
        Files.write(folder.resolve("b.bin"), new byte[] {0, 1, 2, (byte) 255});
        Path kept = folder.resolve("mail.txt");
        Process server = server(kept);
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            String port = said.readLine();
            assumeThat(port)
                    .as("SKIPPED: this Python has no smtpd (it had until 3.11)")
                    .isNotNull();
            String task = mail("SendMailTask:From='Fröhlich &lt;etl@example.org>' "
                    + "SendMailTask:To='a@example.org; b@example.org' SendMailTask:CC='c@example.org' "
                    + "SendMailTask:BCC='d@example.org' SendMailTask:Subject='Täglicher Lauf: fertig' "
                    + "SendMailTask:MessageSourceType='Variable' SendMailTask:MessageSource='User::Text' "
                    + "SendMailTask:Priority='High' SendMailTask:FileName='a.csv|b.bin'");
            Result result = bench.run(PackageText.of(
                    "p",
                    "",
                    smtp(Integer.parseInt(port)),
                    variables(variable("Text", 8, "Zeile 1\n.\nZeile 3: 100 €")),
                    executables(task)));
            assertThat(result).as(bench.error()).isEqualTo(Result.SUCCESS);
            List<String> lines = Files.readAllLines(kept);
            assertThat(lines)
                    .startsWith("FROM etl@example.org", "TO a@example.org,b@example.org,c@example.org,d@example.org")
                    .contains("To: a@example.org, b@example.org", "Cc: c@example.org", "X-Priority: 1")
                    .contains("Subject: =?utf-8?B?" + base64("Täglicher Lauf: fertig") + "?=")
                    .contains("Content-Disposition: attachment; filename=\"b.bin\"")
                    .noneMatch(l -> l.contains("d@example.org") && !l.startsWith("TO "));
            assertThat(bodies(lines))
                    .containsExactly(base64("Zeile 1\n.\nZeile 3: 100 €"), base64("x;y\n1;2\n"), "AAEC/w==");
        } finally {
            server.destroyForcibly();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// What stands between the head of each part and its end.
    private static List<String> bodies(List<String> lines) {
        List<String> bodies = new ArrayList<>();
        boolean inside = false;
        StringBuilder body = new StringBuilder();
        boolean part = false;
        for (String line : lines) {
            if (line.startsWith("--=_")) {
                if (inside) {
                    bodies.add(body.toString());
                }
                body.setLength(0);
                inside = false;
                part = true;
            } else if (part && line.isEmpty() && !inside) {
                inside = true;
            } else if (inside) {
                body.append(line);
            }
        }
        return bodies;
    }

    @Test
    void a_server_that_is_not_there_is_told_with_its_address() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var p = PackageText.of(
                "p",
                "",
                smtp(port),
                executables(mail("SendMailTask:From='etl@example.org' SendMailTask:To='a@example.org' "
                        + "SendMailTask:MessageSource='x'")));
        assertThat(bench.run(p)).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("127.0.0.1:" + port).contains("does not accept connections");
    }

    @Test
    void addresses_that_would_be_commands_are_refused() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> SmtpSession.address("a@b>\r\nRCPT TO:<c@d"))
                .hasMessageContaining("no mail address");
    }
}
