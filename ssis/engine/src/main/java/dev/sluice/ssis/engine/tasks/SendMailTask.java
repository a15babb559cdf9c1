package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.engine.connection.ConnectionText;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.PropertyBag;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Send Mail Task. The SMTP connection manager says the server, whether TLS is demanded and the port; a user and a
/// password, which SSIS does not know there, may be given as `NAME.UserName` and `NAME.Password`.
final class SendMailTask implements TaskRunner {
    private static final int PORT = 25;
    private static final long MOST_ATTACHED = 100L << 20;

    private final PackageConnections connections;
    private final PathMap paths;

    SendMailTask(PackageConnections connections, PathMap paths) {
        this.connections = connections;
        this.paths = paths;
    }

    @Override
    public @Nullable Object run(TaskCall call) throws InterruptedException {
        PropertyBag p = Payload.of(
                call,
                "FromLine",
                "From",
                "ToLine",
                "To",
                "CCLine",
                "CC",
                "BCCLine",
                "BCC",
                "FileAttachments",
                "FileName",
                "SmtpConnection",
                "SMTPServer");
        ConnectionManager manager = connections.require(call, p.text("SMTPServer", ""));
        SmtpSession.Server server = server(call, manager);
        List<String> recipients = new ArrayList<>();
        for (String list : List.of("To", "CC", "BCC")) {
            recipients.addAll(MailMessage.addresses(p.text(list, "")));
        }
        if (recipients.isEmpty()) {
            throw Payload.failed(call, "it has no recipient");
        }
        MailMessage message = new MailMessage(
                p.text("From", ""),
                p.text("To", ""),
                p.text("CC", ""),
                p.text("Subject", ""),
                text(call, p),
                priority(p.text("Priority", "Normal")),
                attachments(call, p.text("FileName", "")));
        Interruptible.run(cancel -> {
            try (SmtpSession session = SmtpSession.open(server)) {
                cancel.by(() -> {
                    try {
                        session.close();
                    } catch (IOException e) {
                        throw new java.sql.SQLException(e);
                    }
                });
                session.send(
                        message.from(),
                        recipients,
                        message.bytes(ZonedDateTime.ofInstant(
                                call.scope().now(), call.scope().zone())));
                session.quit();
                return null;
            } catch (IOException e) {
                throw Payload.failed(call, told(server, e));
            }
        });
        return null;
    }

    private SmtpSession.Server server(TaskCall call, ConnectionManager manager) {
        ConnectionText text = ConnectionText.parse(connections.text(manager, call.scope()));
        String host = value(text, "SmtpServer", "");
        if (host.isBlank()) {
            throw Payload.failed(call, "the connection '" + manager.name() + "' names no SmtpServer");
        }
        String user = connections.setting(manager, call.scope(), "UserName").orElse(null);
        if (user == null && value(text, "UseWindowsAuthentication", "false").equalsIgnoreCase("true")) {
            call.events()
                    .warning(
                            0,
                            "The connection '" + manager.name()
                                    + "' wants Windows authentication, which is not there; the mail is sent without a"
                                    + " login. Give "
                                    + manager.name() + ".UserName and .Password where the server wants one.");
        }
        return new SmtpSession.Server(
                host,
                number(text, "Port", PORT),
                Math.clamp(number(text, "Timeout", 100), 1, 3_600) * 1_000,
                value(text, "EnableSsl", "false").equalsIgnoreCase("true"),
                user,
                connections.setting(manager, call.scope(), "Password").orElse(null));
    }

    private static String value(ConnectionText text, String name, String otherwise) {
        return text.value(name).orElse(otherwise);
    }

    private static int number(ConnectionText text, String name, int otherwise) {
        String value = value(text, name, "").strip();
        return value.matches("\\d{1,6}") ? Integer.parseInt(value) : otherwise;
    }

    private static String told(SmtpSession.Server server, IOException e) {
        String at = "the mail server " + server.host() + ":" + server.port() + " ";
        return switch (e) {
            case UnknownHostException u -> at + "is not known by that name";
            case ConnectException c -> at + "does not accept connections (" + c.getMessage() + ")";
            case SocketTimeoutException t -> at + "did not answer within " + server.timeoutMillis() / 1_000 + " s";
            default -> at + "did not take the mail: " + e.getMessage();
        };
    }

    private String text(TaskCall call, PropertyBag p) {
        String source = p.text("MessageSource", "");
        return switch (p.text("MessageSourceType", "DirectInput").strip().toLowerCase(Locale.ROOT)) {
            case "fileconnection", "1" ->
                TextFile.read(call, paths.local(connections.text(call, source)), p.number("CodePage", 1252));
            case "variable", "2" -> String.valueOf(call.scope().require(source).value());
            default -> source;
        };
    }

    private static int priority(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "high", "1" -> 1;
            case "low", "5" -> 5;
            default -> 3;
        };
    }

    private List<Path> attachments(TaskCall call, String list) {
        List<Path> files = Arrays.stream(list.split("\\|"))
                .map(String::strip)
                .filter(f -> !f.isEmpty())
                .map(paths::local)
                .toList();
        long bytes = 0;
        for (Path file : files) {
            try {
                bytes += Files.size(file);
            } catch (IOException e) {
                throw Payload.failed(call, "the attachment '" + file + "' cannot be read");
            }
        }
        if (bytes > MOST_ATTACHED) {
            throw Payload.failed(call, "its attachments have more than " + MOST_ATTACHED + " bytes");
        }
        return files;
    }
}
