package dev.sluice.ssis.engine.script;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Compiles and runs C# scripts with Mono. What was compiled once is kept for the host's life. Thread-safe.
public final class ScriptHost {
    private static final int COMPILE_SECONDS = 120;
    private static final int MOST_LINES = 1_000_000;
    private static final int MOST_OUTPUT = 64 << 10;
    private static final Pattern REFERENCE = Pattern.compile("<Reference\\s+Include=\"([^\",]+)");

    /// Libraries that scripts get whether they ask or not, where they are installed.
    private static final List<String> USUAL =
            List.of("System", "System.Core", "System.Data", "System.Xml", "System.Configuration", "Microsoft.CSharp");

    private static final List<String> TASK = List.of("Host.cs", "Task.cs");
    private static final List<String> COMPONENT = List.of("Host.cs", "Component.cs");

    private final Path compiler;
    private final Path runtime;
    private final Path folder;
    private final int seconds;
    private final Map<String, Path> compiled = new ConcurrentHashMap<>();

    private ScriptHost(Path compiler, Path runtime, Path folder, int seconds) {
        this.compiler = compiler;
        this.runtime = runtime;
        this.folder = folder;
        this.seconds = seconds;
    }

    /// @param folder for compiled scripts and their working folders
    /// @param seconds that a script may run at most
    /// @return empty when Mono is not installed
    public static Optional<ScriptHost> find(Path folder, int seconds) {
        Optional<Path> compiler = program("mcs");
        Optional<Path> runtime = program("mono");
        return compiler.isPresent() && runtime.isPresent()
                ? Optional.of(new ScriptHost(compiler.get(), runtime.get(), folder, seconds))
                : Optional.empty();
    }

    private static Optional<Path> program(String name) {
        String path = System.getenv("PATH");
        return Arrays.stream((path == null ? "/usr/bin:/usr/local/bin" : path).split(":"))
                .map(p -> Path.of(p, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// What a script works with.
    ///
    /// @param entry method that is called
    /// @param variables by qualified name
    public record Call(String entry, Map<String, Given> variables, List<Reachable> connections) {}

    /// @param type of the variable, as SSIS names it
    public record Given(
            boolean writable, String type, @Nullable Object value) {}

    /// A table that is given to a script.
    public static Object rows(List<String> columns, List<List<@Nullable Object>> rows) {
        return new Rows(columns, rows);
    }

    /// A changed variable's value where it is a table.
    public static Optional<Rows> table(@Nullable Object value) {
        return value instanceof Rows rows ? Optional.of(rows) : Optional.empty();
    }

    /// A table on its way to or from a script.
    public record Rows(List<String> columns, List<List<@Nullable Object>> rows) {}

    /// @param type CreationName
    public record Reachable(String name, String id, String type, String text) {}

    /// Hears what a script says while it runs, on a thread of the host's.
    public interface Listener {
        void event(Kind kind, int code, String source, String description);

        /// A variable that was changed; the empty name is the execution value.
        void changed(String variable, @Nullable Object value);
    }

    public enum Kind {
        INFORMATION,
        WARNING,
        ERROR,
        PROGRESS,
        LOG,
        PRINT
    }

    /// How a script ended.
    public sealed interface End {
        /// @param result of the task: 0 success, 1 failure
        record Done(int result) implements End {}

        /// What was thrown, with its stack.
        record Thrown(String text) implements End {}

        /// The compiler's errors.
        record NotCompiled(String errors) implements End {}

        record TooLong(int seconds) implements End {}

        /// It ended without a word.
        record Died(int exit, String output) implements End {}
    }

    /// Compiles the sources, unless they have been before, and runs them to their end. An interrupt ends the script.
    ///
    /// @param files sources by name; a `.csproj` among them names libraries
    public End run(Map<String, String> files, Call call, Listener listener) throws InterruptedException, IOException {
        Compiled made = compiled(files, TASK);
        return made.errors().isPresent()
                ? new End.NotCompiled(made.errors().get())
                : execute(made.program(), call, listener);
    }

    /// Compiles a script component, unless it has been before, and starts it. What it is told and says is
    /// [ComponentFrames]'.
    ///
    /// @param files as for [#run]
    /// @return the compiler's errors, or what was started
    public Component component(Map<String, String> files) throws InterruptedException, IOException {
        Compiled made = compiled(files, COMPONENT);
        if (made.errors().isPresent()) {
            return new Component.NotCompiled(made.errors().get());
        }
        Path work = Files.createTempDirectory(folder, "run-");
        Path complaints = work.resolve("stderr.txt");
        Process process = clean(
                        new ProcessBuilder(runtime.toString(), made.program().toString()), work)
                .redirectError(complaints.toFile())
                .start();
        return new Component.Started(new Running(process, complaints));
    }

    /// What became of a component's source.
    public sealed interface Component {
        record NotCompiled(String errors) implements Component {}

        record Started(Running process) implements Component {}
    }

    /// A component's process. Closing ends it, from any thread.
    public final class Running implements AutoCloseable {
        private final Process process;
        private final Path complaints;
        private final AtomicBoolean late = new AtomicBoolean();
        private final Thread watch;

        private Running(Process process, Path complaints) {
            this.process = process;
            this.complaints = complaints;
            this.watch = Thread.ofVirtual().start(() -> watch(process, late));
        }

        public InputStream from() {
            return process.getInputStream();
        }

        public OutputStream to() {
            return process.getOutputStream();
        }

        /// Why it ended without a word: its time was over, or what it left on its error output.
        public String ending() {
            return late.get()
                    ? "it did not end within " + seconds + " s"
                    : "its process ended without a word " + tail(complaints);
        }

        @Override
        public void close() {
            end(process);
            watch.interrupt();
        }
    }

    private record Compiled(Path program, Optional<String> errors) {}

    /// One compilation at a time: components of one data flow start together.
    private synchronized Compiled compiled(Map<String, String> files, List<String> surroundings)
            throws InterruptedException, IOException {
        String key = hash(files);
        Path known = compiled.get(key);
        if (known != null) {
            return new Compiled(known, Optional.empty());
        }
        Path target = Files.createDirectories(folder.resolve("script-" + key.substring(0, 16)));
        Path program = target.resolve("script.exe");
        Optional<String> errors = compile(files, target, surroundings);
        if (errors.isEmpty()) {
            compiled.put(key, program);
        }
        return new Compiled(program, errors);
    }

    private static String hash(Map<String, String> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, text) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
                digest.update(text.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<String> compile(Map<String, String> files, Path target, List<String> surroundings)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                compiler.toString(), "-nologo", "-warn:0", "-langversion:7", "-out:" + target.resolve("script.exe")));
        libraries(files).forEach(l -> command.add("-r:" + l + ".dll"));
        for (String part : surroundings) {
            Path host = target.resolve(part);
            try (InputStream in = ScriptHost.class.getResourceAsStream(part)) {
                if (in == null) {
                    throw new IllegalStateException(part + " is not among the resources");
                }
                Files.write(host, in.readAllBytes());
            }
            command.add(host.toString());
        }
        int number = 0;
        for (Map.Entry<String, String> file : files.entrySet()) {
            if (file.getKey().toLowerCase(Locale.ROOT).endsWith(".cs")) {
                String name = file.getKey().replaceAll("[^A-Za-z0-9.]", "_");
                Path source = target.resolve(++number + name);
                Files.writeString(source, file.getValue());
                command.add(source.toString());
            }
        }
        Path said = target.resolve("compiler.txt");
        Process process = clean(new ProcessBuilder(command), target)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            if (!process.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS)) {
                return Optional.of("the compiler did not end within " + COMPILE_SECONDS + " s");
            }
        } finally {
            end(process);
        }
        if (process.exitValue() == 0) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(said)) {
            return Optional.of(String.join(
                    "; ",
                    lines.filter(l -> l.contains("error"))
                            .map(l -> l.replace(target + "/", ""))
                            .limit(10)
                            .toList()));
        }
    }

    /// Those that are asked for and installed; SSIS's own and windows are ours.
    private List<String> libraries(Map<String, String> files) {
        List<String> wanted = new ArrayList<>(USUAL);
        files.forEach((name, text) -> {
            if (name.toLowerCase(Locale.ROOT).endsWith("proj")) {
                Matcher m = REFERENCE.matcher(text);
                while (m.find()) {
                    wanted.add(m.group(1).strip());
                }
            }
        });
        return wanted.stream()
                .distinct()
                .filter(l -> !l.startsWith("Microsoft.SqlServer") && !l.equals("System.Windows.Forms"))
                .filter(ScriptHost::installed)
                .toList();
    }

    private static boolean installed(String library) {
        return library.matches("[A-Za-z0-9_.]+")
                && (Files.exists(Path.of("/usr/lib/mono/4.5", library + ".dll"))
                        || Files.exists(Path.of("/usr/lib/mono/4.5/Facades", library + ".dll")));
    }

    /// A process that knows nothing of ours: neither variables nor folders.
    private static ProcessBuilder clean(ProcessBuilder builder, Path work) {
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
        builder.environment().put("HOME", work.toString());
        builder.environment().put("TMPDIR", work.toString());
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().put("MONO_GC_PARAMS", "max-heap-size=1g");
        return builder.directory(work.toFile());
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private End execute(Path program, Call call, Listener listener) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory(folder, "run-");
        Path complaints = work.resolve("stderr.txt");
        Process process = clean(new ProcessBuilder(runtime.toString(), program.toString()), work)
                .redirectError(complaints.toFile())
                .start();
        AtomicBoolean late = new AtomicBoolean();
        Thread watch = Thread.ofVirtual().start(() -> watch(process, late));
        // Reading from a process is no wait that an interrupt ends; the reader is another thread.
        CompletableFuture<End> ending = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("ssis script").start(() -> {
            try {
                ending.complete(talk(process, call, listener));
            } catch (IOException | RuntimeException e) {
                ending.completeExceptionally(e);
            }
        });
        try {
            End end = ending.get();
            if (late.get()) {
                return new End.TooLong(seconds);
            }
            return end instanceof End.Died d ? new End.Died(d.exit(), tail(complaints)) : end;
        } catch (ExecutionException e) {
            if (late.get()) {
                return new End.TooLong(seconds);
            }
            return new End.Died(-1, tail(complaints) + e.getCause());
        } finally {
            end(process);
            watch.interrupt();
        }
    }

    private void watch(Process process, AtomicBoolean late) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                late.set(true);
                end(process);
            }
        } catch (InterruptedException e) {
            // The script has ended.
            Thread.currentThread().interrupt();
        }
    }

    private static End talk(Process process, Call call, Listener listener) throws IOException {
        try (Writer to = process.outputWriter(StandardCharsets.UTF_8)) {
            for (Map.Entry<String, Given> v : call.variables().entrySet()) {
                ScriptValue value =
                        ScriptValue.of(v.getValue().value(), v.getValue().type());
                send(to, "var", v.getKey(), v.getValue().writable() ? "write" : "read", value.type(), value.text());
            }
            for (Reachable c : call.connections()) {
                send(to, "con", c.name(), c.id(), c.type(), c.text());
            }
            send(to, "entry", call.entry());
            to.write("run\n");
        }
        try (BufferedReader from =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            int lines = 0;
            while ((line = from.readLine()) != null) {
                if (++lines > MOST_LINES) {
                    return new End.Thrown("it said more than " + MOST_LINES + " lines");
                }
                List<String> f = fields(line);
                switch (f.getFirst()) {
                    case "end" -> {
                        return new End.Done(Integer.parseInt(f.get(1)));
                    }
                    case "fail" -> {
                        return new End.Thrown(f.get(1));
                    }
                    case "set" -> listener.changed(f.get(1), new ScriptValue(f.get(2), f.get(3)).value());
                    case "print" -> listener.event(Kind.PRINT, 0, "", f.get(1));
                    default ->
                        listener.event(
                                Kind.valueOf(f.getFirst().toUpperCase(Locale.ROOT)),
                                (int) Long.parseLong(f.get(1)),
                                f.get(2),
                                f.get(3));
                }
            }
        }
        try {
            return new End.Died(process.waitFor(), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new End.Died(-1, "");
        }
    }

    private static void send(Writer to, String word, String... fields) throws IOException {
        to.write(word);
        for (String field : fields) {
            to.write(' ');
            to.write(Base64.getEncoder().encodeToString(field.getBytes(StandardCharsets.UTF_8)));
        }
        to.write('\n');
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        for (String part : line.split(" ", -1)) {
            fields.add(fields.isEmpty() ? part : new String(Base64.getDecoder().decode(part), StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static String tail(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
