package dev.sluice.ssis.engine.logging;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.EventLog;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.LogProvider;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.IOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// The log providers that a package selects for itself. They hear every event that the package's filter lets through,
/// before it goes further. A provider that cannot be opened or written to is a warning, once; the package goes on.
/// Thread-safe.
public final class PackageLogs implements EventLog, AutoCloseable {
    private static final int WARNING = 0x8001C004;

    private final SsisPackage definition;
    private final EventLog further;
    private final InstantSource clock;
    private final String execution;
    private final Map<String, String> ids = new HashMap<>();
    private final List<Target> targets = new ArrayList<>();
    private final Set<String> filter = new HashSet<>();
    private final boolean excluding;

    private PackageLogs(SsisPackage definition, EventLog further, InstantSource clock, UUID id) {
        this.definition = definition;
        this.further = further;
        this.clock = clock;
        this.execution = "{" + id.toString().toUpperCase(Locale.ROOT) + "}";
        definition.root().all().forEach(e -> ids.put(e.refId(), e.id()));
        Element options = definition.root().logging();
        this.excluding = options != null && setting(options, "FilterKind", "0").equals("1");
        if (options != null) {
            filter.addAll(names(setting(options, "EventFilter", "")));
        }
    }

    /// `2,7,OnError,9,OnWarning`: a number of names, each with its length before it.
    static List<String> names(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty() && !part.matches("\\d+"))
                .toList();
    }

    private static String setting(Element options, String name, String otherwise) {
        return options.attribute(name)
                .or(() -> options.children("Property").stream()
                        .filter(p -> p.attribute("Name", "").equals(name))
                        .map(Element::text)
                        .findFirst())
                .orElse(otherwise);
    }

    /// Opens what the package selects; nothing where its logging is not enabled.
    ///
    /// @param further hears every event in any case
    public static PackageLogs open(
            SsisPackage definition,
            PackageConnections connections,
            Scope scope,
            PathMap paths,
            EventLog further,
            InstantSource clock,
            UUID id)
            throws InterruptedException {
        PackageLogs logs = new PackageLogs(definition, further, clock, id);
        Element options = definition.root().logging();
        if (options == null || !setting(options, "LoggingMode", "0").equals("1")) {
            return logs;
        }
        List<String> selected = options.all()
                .filter(e -> e.name().equals("SelectedLogProvider"))
                .map(e -> setting(e, "InstanceID", ""))
                .toList();
        for (LogProvider provider : definition.logProviders()) {
            if (selected.contains(provider.id())) {
                logs.add(provider, connections, scope, paths);
            }
        }
        logs.entry("PackageStart", "Beginning of package execution.");
        return logs;
    }

    private void add(LogProvider provider, PackageConnections connections, Scope scope, PathMap paths)
            throws InterruptedException {
        String kind = provider.creationName().toLowerCase(Locale.ROOT);
        try {
            ConnectionManager manager = connections.require(
                    provider.connection(), definition.root().refId(), "log provider '" + provider.name() + "'");
            if (kind.contains("textfile")) {
                targets.add(Target.Text.open(paths.local(connections.text(manager, scope))));
            } else if (kind.contains("xmlfile")) {
                targets.add(Target.Xml.open(paths.local(connections.text(manager, scope))));
            } else if (kind.contains("sqlserver")) {
                targets.add(Target.Table.open(connections.open(manager, scope, null)));
            } else {
                warn("The log provider '" + provider.name() + "' (" + provider.creationName() + ") is not there.");
            }
        } catch (ProblemException e) {
            warn("The log provider '" + provider.name() + "' could not be opened: "
                    + e.problem().message());
        } catch (IOException | SQLException e) {
            warn("The log provider '" + provider.name() + "' could not be opened: " + e.getMessage());
        }
    }

    private void warn(String text) {
        Executable root = definition.root();
        further.raised(new Event("OnWarning", root.refId(), root.name(), WARNING, text, clock.instant(), Map.of()));
    }

    @Override
    public synchronized void raised(Event event) {
        if (filter.contains(event.name()) != excluding) {
            write(new Entry(
                    event.name(),
                    event.sourceName(),
                    ids.getOrDefault(event.source(), ""),
                    execution,
                    event.at(),
                    event.code(),
                    event.description()));
        }
        further.raised(event);
    }

    private void entry(String event, String message) {
        Executable root = definition.root();
        write(new Entry(event, root.name(), root.id(), execution, clock.instant(), 0, message));
    }

    private synchronized void write(Entry entry) {
        targets.removeIf(target -> {
            try {
                target.write(entry);
                return false;
            } catch (IOException | SQLException e) {
                warn("A log provider could not be written to any more: " + e.getMessage());
                return true;
            }
        });
    }

    /// Ends the log.
    @Override
    public synchronized void close() {
        entry("PackageEnd", "End of package execution.");
        for (Target target : targets) {
            try {
                target.close();
            } catch (IOException | SQLException e) {
                warn("A log provider could not be closed: " + e.getMessage());
            }
        }
        targets.clear();
    }
}
