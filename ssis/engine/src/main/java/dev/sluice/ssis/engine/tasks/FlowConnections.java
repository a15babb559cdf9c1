package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.script.ScriptHost;
import dev.sluice.ssis.packages.ConnectionManager;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The connections of a data flow, as one execution of its task sees them.
final class FlowConnections implements dev.sluice.ssis.engine.dataflow.Connections {
    private final TaskCall call;
    private final PackageConnections connections;
    private final PathMap paths;
    private final boolean scripts;
    private final Supplier<Optional<ScriptHost>> host;

    FlowConnections(
            TaskCall call,
            PackageConnections connections,
            PathMap paths,
            Allowed allowed,
            Supplier<Optional<ScriptHost>> host) {
        this.call = call;
        this.connections = connections;
        this.paths = paths;
        this.scripts = allowed.scripts();
        this.host = host;
    }

    @Override
    public boolean scripts() {
        return scripts;
    }

    @Override
    public Optional<ScriptHost> scriptHost() {
        return host.get();
    }

    @Override
    public ConnectionManager manager(String reference) {
        return connections.require(call, reference);
    }

    @Override
    public boolean has(String reference) {
        return connections.find(reference).isPresent();
    }

    @Override
    public String text(String reference) {
        return connections.text(call, reference);
    }

    @Override
    public Optional<String> given(String reference, String property) {
        return connections.given(manager(reference), call.scope(), property);
    }

    @Override
    public Path file(String reference) {
        return paths.local(text(reference));
    }

    @Override
    public List<Path> files(String reference) {
        List<Path> files = new ArrayList<>();
        for (String part : text(reference).split("\\|")) {
            files.addAll(matching(paths.local(part)));
        }
        return files;
    }

    /// A pattern in the last part of a path stands for the files it matches, by name.
    private List<Path> matching(Path path) {
        String name = path.getFileName().toString();
        Path folder = path.getParent();
        if (!name.contains("*") && !name.contains("?")) {
            return Files.exists(path) ? List.of(path) : List.of();
        }
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name.replaceAll("[\\[\\]{}]", "?"));
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(e -> matcher.matches(e.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Payload.failed(call, "the folder '" + folder + "' cannot be listed (" + e + ")");
        }
    }

    @Override
    public Path local(String path) {
        return paths.local(path);
    }

    @Override
    public Map<String, Object> retained() {
        return connections.kept();
    }

    @Override
    public Session open(String reference) {
        dev.sluice.ssis.engine.connection.Session opened;
        try {
            opened = connections.open(call, reference);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Payload.failed(call, "it was stopped while it waited for a connection");
        }
        return new Session() {
            @Override
            public Connection connection() {
                return opened.connection();
            }

            @Override
            public boolean shared() {
                return opened.shared();
            }

            @Override
            public void close() {
                opened.close();
            }
        };
    }
}
