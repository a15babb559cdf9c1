package dev.sluice.local.driver;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.DriverFolders;
import dev.sluice.data.spi.DriverNeed;
import dev.sluice.local.driver.DriverStore.Installed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice driver`: JDBC drivers that are not shipped.
@Command(
        name = "sluice driver",
        mixinStandardHelpOptions = true,
        description = {
            "JDBC drivers that do not come with Sluice: Oracle, Db2, SAP HANA and others.",
            "",
            "They lie in the first folder of SLUICE_DRIVERS, by default ~/.local/share/sluice/drivers. Several versions may lie",
            "side by side; each is loaded by itself, and the newest is used. Only jars with the hashes that they had when they",
            "were added are loaded."
        },
        subcommands = {DriverCommand.Add.class, DriverCommand.ListAll.class, DriverCommand.Remove.class})
public final class DriverCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "add, list or remove is expected.");
    }

    /// A driver that some connector needs, and for which linked services.
    private record Needed(DriverNeed driver, Set<String> types) {}

    private static Map<String, Needed> needed() {
        Map<String, Needed> all = new TreeMap<>();
        for (Connector connector : Connectors.load().all()) {
            connector
                    .driver()
                    .ifPresent(d -> all.computeIfAbsent(d.folder(), f -> new Needed(d, new TreeSet<>()))
                            .types()
                            .addAll(connector.descriptor().linkedServiceTypes()));
        }
        return all;
    }

    /// What all subcommands have.
    abstract static class Sub implements Callable<Integer> {
        @Option(names = "--folder", paramLabel = "FOLDER", description = "Another folder of drivers.")
        private @Nullable Path folder;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        CommandSpec spec;

        DriverStore store() {
            Path given = folder;
            return new DriverStore(given == null ? DriverFolders.ofProcess().getFirst() : given);
        }

        void say(String text) {
            spec.commandLine().getOut().println(text);
            spec.commandLine().getOut().flush();
        }

        abstract void run(DriverStore store) throws IOException;

        @Override
        public Integer call() {
            try {
                run(store());
                return 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e.toString(), e);
            }
        }
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description =
                    "Adds a driver, after a look into its jars: the driver's class, its version, the Java it needs,"
                            + " and whether it loads.",
            footer = {"", "Example: sluice driver add ojdbc ojdbc11.jar"})
    static final class Add extends Sub {
        @Parameters(
                index = "0",
                paramLabel = "NAME",
                description = "The driver's name (sluice driver list), or a linked service type that needs it.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "JAR", description = "The driver's jars, all of them.")
        private List<Path> jars = new ArrayList<>();

        @Option(names = "--version-name", paramLabel = "VERSION", description = "The version, if the jar does not say.")
        private @Nullable String version;

        @Option(
                names = "--class",
                paramLabel = "CLASS",
                description = "The driver's class, for linked services 'Jdbc'.")
        private @Nullable String className;

        @Option(names = "--sha256", paramLabel = "HASH", description = "What the (only) jar's SHA-256 must be.")
        private @Nullable String hash;

        @Option(names = "--replace", description = "Replaces the jars of a version that is there.")
        private boolean replace;

        @Override
        void run(DriverStore store) throws IOException {
            Map<String, Needed> needed = needed();
            String folder = needed.entrySet().stream()
                    .filter(n -> n.getKey().equalsIgnoreCase(name)
                            || n.getValue().types().stream().anyMatch(name::equalsIgnoreCase))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(name);
            if (!DriverStore.isName(folder)) {
                throw new IllegalArgumentException(
                        "'" + folder + "' cannot be a driver's name: letters, digits, . + - _");
            }
            checkHash(folder);
            Optional<String> wanted = Optional.ofNullable(className)
                    .or(() -> Optional.ofNullable(needed.get(folder))
                            .map(n -> n.driver().className()));
            DriverJars found = DriverJars.look(folder, wanted, jars);
            String as = Optional.ofNullable(version)
                    .or(found::version)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "the jar does not say its version; name it by --version-name"));
            if (!DriverStore.isName(as)) {
                throw new IllegalArgumentException("'" + as + "' cannot be a version: letters, digits, . + - _");
            }
            boolean fresh = store.add(folder, as, jars, replace);
            say((fresh ? "Added " : "Already there: ") + folder + " " + as + " (" + found.className() + ", for Java "
                    + found.java() + ") in " + store.folder().resolve(folder).resolve(as));
            Needed use = needed.get(folder);
            say(
                    use == null
                            ? "No linked service type needs a driver of that name by itself; name it as driverFolder of a"
                                    + " 'Jdbc' linked service."
                            : "For linked services of type " + String.join(", ", use.types()) + ".");
        }

        private void checkHash(String folder) throws IOException {
            String wanted = hash;
            if (wanted == null) {
                return;
            }
            if (jars.size() != 1) {
                throw new IllegalArgumentException("--sha256 is for one jar");
            }
            String is = DriverStore.hash(jars.getFirst());
            if (!is.equalsIgnoreCase(wanted.strip())) {
                throw DriverJars.unfit(jars.getFirst(), folder, "its SHA-256 is " + is + ", not " + wanted, null);
            }
        }
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Lists the drivers that were added, and those that linked services would need.")
    static final class ListAll extends Sub {
        @Override
        void run(DriverStore store) throws IOException {
            List<Installed> installed = store.list();
            Map<String, Needed> needed = needed();
            say("In " + store.folder() + ":");
            for (Installed i : installed) {
                String state = switch (i.state()) {
                    case AS_ADDED -> "as added";
                    case ALTERED -> "ALTERED: not loaded";
                    case UNCHECKED -> "put there by hand";
                };
                say("  %-12s %-20s %-20s %s"
                        .formatted(
                                i.name(),
                                i.version().isEmpty() ? "-" : i.version(),
                                state,
                                String.join(" ", i.jars())));
            }
            if (installed.isEmpty()) {
                say("  none");
            }
            say("Not there:");
            needed.forEach((name, n) -> {
                if (installed.stream().noneMatch(i -> i.name().equals(name))) {
                    say("  %-12s %s (%s)"
                            .formatted(
                                    name,
                                    String.join(", ", n.types()),
                                    n.driver().coordinates()));
                }
            });
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, description = "Removes a driver.")
    static final class Remove extends Sub {
        @Parameters(index = "0", paramLabel = "NAME", description = "The driver's name.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String name;

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "VERSION",
                description = "Which version; needed where there are several.")
        private @Nullable String version;

        @Override
        void run(DriverStore store) throws IOException {
            List<Installed> there =
                    store.list().stream().filter(i -> i.name().equals(name)).toList();
            List<Installed> meant = there.stream()
                    .filter(i -> version == null || i.version().equals(version))
                    .toList();
            if (meant.isEmpty()) {
                throw new IllegalArgumentException("there is no driver " + name + (version == null ? "" : " " + version)
                        + " in " + store.folder()
                        + (there.isEmpty() ? "" : "; versions: " + versions(there)));
            }
            if (meant.size() > 1) {
                throw new IllegalArgumentException(
                        "there are several versions of " + name + ", say which: " + versions(meant));
            }
            store.remove(name, meant.getFirst().version());
            say("Removed " + name + " " + meant.getFirst().version()
                    + ". Processes that have it loaded keep it until they" + " end.");
        }

        private static String versions(List<Installed> of) {
            return String.join(", ", of.stream().map(Installed::version).toList());
        }
    }
}
