package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.PropertyBag;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// FTP Task. A file that is received appears under its name when it is complete.
final class FtpTask implements TaskRunner {
    private static final List<String> NAMES = List.of(
            "send",
            "receive",
            "deletelocal",
            "deleteremote",
            "makedirlocal",
            "makedirremote",
            "removedirlocal",
            "removedirremote");
    private static final int PORT = 21;
    private static final int MOST_SECONDS = 3_600;

    private final PackageConnections connections;
    private final PathMap paths;

    FtpTask(PackageConnections connections, PathMap paths) {
        this.connections = connections;
        this.paths = paths;
    }

    /// What one execution is to do.
    private record Work(
            TaskCall call,
            String operation,
            @Nullable Path local,
            String remote,
            boolean overwrite,
            boolean stopOnFailure) {
        Path file() {
            if (local == null) {
                throw Payload.failed(call, "it names no local path");
            }
            return local;
        }

        String path() {
            if (remote.isBlank()) {
                throw Payload.failed(call, "it names no remote path");
            }
            return remote;
        }
    }

    @Override
    public @Nullable Object run(TaskCall call) throws InterruptedException {
        PropertyBag p = Payload.of(
                call,
                "Connection",
                "ConnectionName",
                "Operation",
                "TaskOperationType",
                "LocalPath",
                "TaskLocalPath",
                "RemotePath",
                "TaskRemotePath",
                "OverwriteDestination",
                "TaskOverwriteDest",
                "IsTransferAscii",
                "TaskTransferAscii");
        Work work = new Work(
                call,
                operation(p.text("TaskOperationType", "Send")),
                local(call, p),
                remote(call, p),
                p.flag("TaskOverwriteDest", false),
                p.flag("TaskStopOnOperationFailure", true));
        if (work.operation().endsWith("local")) {
            return local(work);
        }
        FtpSession.Server server = server(call, p.text("ConnectionName", ""));
        boolean ascii = p.flag("TaskTransferAscii", false);
        Interruptible.run(cancel -> {
            try (FtpSession session = FtpSession.open(server, ascii)) {
                cancel.by(() -> closed(session));
                remote(work, session);
                session.quit();
                return null;
            } catch (IOException e) {
                if (!work.stopOnFailure() && e instanceof FtpSession.Refused) {
                    call.events().warning(0, told(server, e));
                    return null;
                }
                throw Payload.failed(call, told(server, e));
            }
        });
        return null;
    }

    private static void closed(FtpSession session) throws java.sql.SQLException {
        try {
            session.close();
        } catch (IOException e) {
            throw new java.sql.SQLException(e);
        }
    }

    private static String told(FtpSession.Server server, IOException e) {
        String at = "the FTP server " + server + " ";
        return switch (e) {
            case UnknownHostException u -> at + "is not known by that name";
            case ConnectException c -> at + "does not accept connections (" + c.getMessage() + ")";
            case SocketTimeoutException t -> at + "did not answer within " + server.timeoutMillis() / 1_000 + " s";
            case FtpSession.Refused r -> at + "refused: " + r.getMessage();
            default -> "with the FTP server " + server + ": " + e;
        };
    }

    private static String operation(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        return lower.matches("[0-7]") ? NAMES.get(Integer.parseInt(lower)) : lower;
    }

    private @Nullable Path local(TaskCall call, PropertyBag p) {
        String text = p.text("TaskLocalPath", "");
        if (text.isBlank()) {
            return null;
        }
        return paths.local(
                p.flag("TaskIsLocalPathVar", false)
                        ? String.valueOf(call.scope().require(text).value())
                        : connections.find(text).isPresent() ? connections.text(call, text) : text);
    }

    private static String remote(TaskCall call, PropertyBag p) {
        String text = p.text("TaskRemotePath", "");
        return p.flag("TaskIsRemotePathVar", false) && !text.isBlank()
                ? String.valueOf(call.scope().require(text).value())
                : text;
    }

    private FtpSession.Server server(TaskCall call, String reference) {
        ConnectionManager manager = connections.require(call, reference);
        PropertyBag inner = manager.payload()
                .child("FtpConnection")
                .map(Element::attributes)
                .map(PropertyBag::new)
                .orElse(PropertyBag.EMPTY);
        String text = connections.text(manager, call.scope()).strip();
        int colon = text.lastIndexOf(':');
        String saved = colon > 0 ? text.substring(0, colon) : text;
        String host = connections
                .setting(manager, call.scope(), "ServerName")
                .orElse(saved.isBlank() ? inner.text("ServerName", "") : saved);
        if (host.isBlank()) {
            throw Payload.failed(call, "the connection '" + manager.name() + "' names no server");
        }
        String port = connections
                .setting(manager, call.scope(), "ServerPort")
                .orElse(colon > 0 ? text.substring(colon + 1) : inner.text("ServerPort", ""));
        String user = connections
                .setting(manager, call.scope(), "UserName")
                .orElseGet(() -> setting(call, manager, inner, "ServerUserName", "anonymous"));
        return new FtpSession.Server(
                host,
                port.matches("\\d{1,5}") ? Integer.parseInt(port) : PORT,
                user,
                connections
                        .setting(manager, call.scope(), "Password")
                        .or(() -> connections.setting(manager, call.scope(), "ServerPassword"))
                        .or(() -> manager.secret("ServerPassword"))
                        .orElse("anonymous@"),
                inner.flag("UsePassiveMode", false)
                        || setting(call, manager, inner, "UsePassiveMode", "").equalsIgnoreCase("true"),
                Math.clamp(inner.number("Timeout", 60), 1, MOST_SECONDS) * 1_000);
    }

    private String setting(TaskCall call, ConnectionManager manager, PropertyBag inner, String name, String otherwise) {
        return connections
                .setting(manager, call.scope(), name)
                .or(() -> inner.text(name))
                .orElse(otherwise);
    }

    private static @Nullable Object local(Work work) {
        try {
            switch (work.operation()) {
                case "deletelocal" -> {
                    for (Path file : matching(work)) {
                        Files.delete(file);
                    }
                }
                case "makedirlocal" -> Files.createDirectories(work.file());
                default -> {
                    try (Stream<Path> all = Files.walk(work.file())) {
                        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                            Files.delete(path);
                        }
                    }
                }
            }
            return null;
        } catch (IOException e) {
            throw Payload.failed(work.call(), work.operation() + " failed (" + e + ")");
        }
    }

    private static List<Path> matching(Work work) throws IOException {
        Path given = work.file();
        Pattern wanted = wildcard(given.getFileName().toString());
        if (!pattern(given.getFileName().toString())) {
            return List.of(given);
        }
        try (Stream<Path> all = Files.list(given.getParent())) {
            return all.filter(Files::isRegularFile)
                    .filter(f -> wanted.matcher(f.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    private static boolean pattern(String name) {
        return name.contains("*") || name.contains("?");
    }

    private static Pattern wildcard(String name) {
        StringBuilder regex = new StringBuilder();
        for (char c : name.toCharArray()) {
            regex.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE);
    }

    private static void remote(Work work, FtpSession session) throws IOException {
        switch (work.operation()) {
            case "send" -> {
                String folder = work.path().endsWith("/") ? work.path() : work.path() + "/";
                for (Path file : matching(work)) {
                    send(work, session, file, folder);
                }
            }
            case "receive" -> {
                for (String remote : remotes(work, session)) {
                    receive(work, session, remote);
                }
            }
            case "deleteremote" -> {
                for (String remote : remotes(work, session)) {
                    session.say("DELE " + remote, "2");
                }
            }
            case "makedirremote" -> session.say("MKD " + work.path(), "2");
            case "removedirremote" -> session.say("RMD " + work.path(), "2");
            default -> throw Payload.failed(work.call(), "there is no operation '" + work.operation() + "'");
        }
    }

    private static void send(Work work, FtpSession session, Path file, String folder) throws IOException {
        String name = file.getFileName().toString();
        if (!work.overwrite() && session.names(folder).contains(name)) {
            throw Payload.failed(
                    work.call(), "'" + folder + name + "' is on the server already and may not be overwritten");
        }
        try (InputStream in = Files.newInputStream(file)) {
            session.send(in, folder + name);
        }
        work.call().events().information("'" + file + "' was sent to '" + folder + name + "'.");
    }

    private static List<String> remotes(Work work, FtpSession session) throws IOException {
        String path = work.path();
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (!pattern(name)) {
            return List.of(path);
        }
        String folder = slash < 0 ? "" : path.substring(0, slash + 1);
        Pattern wanted = wildcard(name);
        return session.names(folder.isEmpty() ? "." : folder).stream()
                .filter(n -> wanted.matcher(n).matches())
                .sorted()
                .map(n -> folder + n)
                .toList();
    }

    private static void receive(Work work, FtpSession session, String remote) throws IOException {
        String name = remote.substring(remote.lastIndexOf('/') + 1);
        Path given = work.file();
        Path target = Files.isDirectory(given) ? given.resolve(name) : given;
        if (target.getParent() == null || !target.normalize().startsWith(given.normalize())) {
            throw Payload.failed(work.call(), "the server's name '" + name + "' leads out of the folder");
        }
        if (Files.exists(target) && !work.overwrite()) {
            throw Payload.failed(work.call(), "'" + target + "' exists already and may not be overwritten");
        }
        Path part = Files.createTempFile(target.getParent(), ".ftp", ".part");
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                session.receive(remote, out);
            }
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
        work.call().events().information("'" + remote + "' was received as '" + target + "'.");
    }
}
