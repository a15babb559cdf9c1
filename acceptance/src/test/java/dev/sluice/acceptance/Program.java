package dev.sluice.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine;

/// A program of Sluice started as a person does, with `./sluice`, in a process group of its own, so that Ctrl-C can be
/// sent to all of it and nothing can be left behind.
final class Program implements AutoCloseable {
    private static final Path LAUNCHER = Project.root().resolve("sluice");
    private static final Path IMAGE = Project.root().resolve("distribution/target/image");
    private static final Duration END = Duration.ofSeconds(45);

    static {
        train();
    }

    private final String name;
    private final Process process;
    private final Path messages;
    private final List<String> output = new ArrayList<>();
    private final Thread reader;

    private Program(String name, Process process, Path messages) {
        this.name = name;
        this.process = process;
        this.messages = messages;
        // Reading a pipe holds the carrier of a virtual thread for as long as it waits.
        this.reader = Thread.ofPlatform().daemon().name("output of " + name).start(this::read);
    }

    /// @param folder where it is started and where its messages go, into `NAME.err`
    static Program start(String name, Path folder, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
        command.addAll(arguments);
        return start(name, folder, command, Map.of());
    }

    /// The launcher's file.
    static String launcher() {
        return LAUNCHER.toString();
    }

    /// Any command, not only the launcher's.
    static Program start(String name, Path folder, List<String> command, Map<String, String> environment) {
        try {
            Files.createDirectories(folder);
            Path messages = folder.resolve(name + ".err");
            // A test run started in the background of a script ignores SIGINT, and so would what it starts.
            List<String> grouped = new ArrayList<>(List.of("setsid", "env", "--default-signal=INT"));
            grouped.addAll(command);
            ProcessBuilder builder = new ProcessBuilder(grouped)
                    .directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(messages.toFile()));
            // What is tested is what the build made; only a tree that was never built is built now.
            if (Files.isDirectory(IMAGE.resolve("lib"))) {
                builder.environment().put("SLUICE_NO_BUILD", "1");
            }
            builder.environment().keySet().removeIf(k -> k.startsWith("SLUICE_") && !k.equals("SLUICE_NO_BUILD"));
            builder.environment().putAll(environment);
            return new Program(name, builder.start(), messages);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Gives an image that Maven alone has made the class caches that the launcher makes when it builds: programs start
    /// as they do for people, in half the time, which the many that are started here make up for. Without them
    /// everything works as well.
    private static void train() {
        if (!Files.isDirectory(IMAGE.resolve("lib"))) {
            return;
        }
        // Several processes run these tests: the first one trains, the others wait for it.
        try (FileChannel channel = FileChannel.open(
                        IMAGE.resolve("tests.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!lock.isValid() || Files.isDirectory(IMAGE.resolve("aot"))) {
                return;
            }
            ProcessBuilder builder = new ProcessBuilder(LAUNCHER.toString(), "train").inheritIO();
            builder.environment().keySet().removeIf(k -> k.startsWith("SLUICE_"));
            builder.environment().put("SLUICE_NO_BUILD", "1");
            builder.start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Runs a command of the launcher to its end.
    static Ended run(String name, Path folder, String... arguments) {
        try (Program program = start(name, folder, List.of(arguments))) {
            int exit = program.awaitExit(Duration.ofSeconds(120));
            return new Ended(exit, program.output(), program.messages());
        }
    }

    /// A command that works on folders, catalogs and services, in this process: it does and says the same, and a second
    /// of starting and compiling is saved. What the launcher does is tested by those that use [#run].
    ///
    /// @param arguments paths among them are absolute
    static Ended here(String... arguments) {
        CommandLine line = Objects.requireNonNull(dev.sluice.local.Program.commandLine(arguments[0]), arguments[0]);
        StringWriter output = new StringWriter();
        StringWriter messages = new StringWriter();
        int exit = line.setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(messages, true))
                .execute(Arrays.copyOfRange(arguments, 1, arguments.length));
        return new Ended(exit, output.toString().lines().toList(), messages.toString());
    }

    /// A program that has ended.
    ///
    /// @param output lines on standard output
    /// @param messages what it wrote to standard error
    record Ended(int exit, List<String> output, String messages) {
        String text() {
            return String.join("\n", output);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.add(line);
                    output.notifyAll();
                }
            }
        } catch (IOException e) {
            synchronized (output) {
                output.add("(output lost: " + e.getMessage() + ")");
            }
        }
    }

    /// The first line of its output that starts so.
    String awaitLine(String start) {
        return Eventually.value(
                        name + " prints '" + start + "…'",
                        () -> {
                            List<String> lines = output();
                            if (!process.isAlive() && lines.stream().noneMatch(l -> l.startsWith(start))) {
                                return List.of(start + "(never: it ended with " + process.exitValue() + ")");
                            }
                            return lines;
                        },
                        lines -> lines.stream().anyMatch(l -> l.startsWith(start)))
                .stream()
                .filter(l -> l.startsWith(start))
                .peek(l -> {
                    if (l.contains("(never: ")) {
                        throw new AssertionError(name + ": " + l + "\n" + messages());
                    }
                })
                .findFirst()
                .orElseThrow();
    }

    List<String> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    String messages() {
        try {
            return Files.readString(messages);
        } catch (IOException e) {
            return "(unreadable: " + e + ")";
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Every living process of its group: itself and whatever it started.
    List<Long> group() {
        List<Long> members = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            processes
                    .map(p -> String.valueOf(p.getFileName()))
                    .filter(n -> n.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .filter(pid -> groupOf(pid) == process.pid())
                    .forEach(members::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return members;
    }

    /// The process group; -1 for a process that is gone or only waits to be collected.
    private static long groupOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") ? -1 : Long.parseLong(fields[2]);
        } catch (IOException e) {
            return -1;
        }
    }

    /// Asks it alone to end.
    void terminate() {
        signal("TERM", Long.toString(process.pid()));
    }

    /// What a terminal does on Ctrl-C: every process of the group is interrupted.
    void interruptGroup() {
        signal("INT", "-" + process.pid());
    }

    /// Ends it alone without warning; what it started stays.
    void kill() {
        signal("KILL", Long.toString(process.pid()));
        awaitExit(END);
    }

    /// Stops it and its workers where they are, as a machine that sleeps: every connection stays open.
    void freeze() {
        signal("STOP", "-" + process.pid());
    }

    void thaw() {
        signal("CONT", "-" + process.pid());
    }

    static void signal(String signal, String target) {
        try {
            Process kill = new ProcessBuilder("kill", "-s", signal, "--", target)
                    .redirectErrorStream(true)
                    .start();
            kill.getInputStream().readAllBytes();
            kill.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    int awaitExit() {
        return awaitExit(END);
    }

    int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " (process " + pid() + ") did not end within " + limit.toSeconds()
                        + " s; output: " + output() + "\n" + messages());
            }
            reader.join(Duration.ofSeconds(5));
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Leaves nothing behind.
    @Override
    public void close() {
        if (!group().isEmpty()) {
            signal("KILL", "-" + process.pid());
        }
    }
}
