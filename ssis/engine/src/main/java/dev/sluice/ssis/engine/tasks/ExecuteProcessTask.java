package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.packages.PropertyBag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Execute Process Task, where the owner of the machine allows it. Arguments are split as Windows programs
/// split them (blanks, double quotes); no shell reads them. What the program writes goes to files first, so
/// that it never waits for a reader, and at most 1 MB of each stream to variables.
final class ExecuteProcessTask implements TaskRunner {
    private static final int MOST_TEXT = 1 << 20;

    private final PathMap paths;
    private final Allowed allowed;

    ExecuteProcessTask(PathMap paths, Allowed allowed) {
        this.paths = paths;
        this.allowed = allowed;
    }

    @Override
    public @Nullable Object run(TaskCall call) throws InterruptedException {
        if (!allowed.processes()) {
            throw SsisRunFaults.PROCESS_FORBIDDEN
                    .problem()
                    .at(call.task().refId())
                    .evidence("task", call.task().name())
                    .exception();
        }
        PropertyBag p = Payload.of(call);
        List<String> command = new ArrayList<>();
        command.add(program(p.text("Executable", "").strip()));
        command.addAll(arguments(p.text("Arguments", "")));
        try {
            Path out = Files.createTempFile("sluice-process-", ".out");
            Path err = Files.createTempFile("sluice-process-", ".err");
            Path in = Files.createTempFile("sluice-process-", ".in");
            try {
                Files.writeString(in, text(call, p.text("StandardInputVariable", "")));
                return run(
                        call,
                        p,
                        new ProcessBuilder(command)
                                .redirectInput(in.toFile())
                                .redirectOutput(out.toFile())
                                .redirectError(err.toFile()));
            } finally {
                give(call, p.text("StandardOutputVariable", ""), out);
                give(call, p.text("StandardErrorVariable", ""), err);
                for (Path file : List.of(out, err, in)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw Payload.failed(
                    call, "the program '" + command.getFirst() + "' cannot be started (" + e.getMessage() + ")");
        }
    }

    private Object run(TaskCall call, PropertyBag p, ProcessBuilder builder) throws IOException, InterruptedException {
        String folder = p.text("WorkingDirectory", "");
        if (!folder.isBlank()) {
            builder.directory(paths.local(folder).toFile());
        }
        Process process = builder.start();
        int seconds = p.number("TimeOut", 0);
        try {
            if (seconds <= 0) {
                process.waitFor();
            } else if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw Payload.failed(call, "the program did not end within " + seconds + " s and was stopped");
            }
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
        int code = process.exitValue();
        int success = p.number("SuccessValue", 0);
        if (code != success && p.flag("FailTaskIfReturnCodeIsNotSuccessValue", true)) {
            throw Payload.failed(
                    call, "the program ended with exit code " + code + "; " + success + " would have been success");
        }
        return (long) code;
    }

    /// A name alone is looked for on the search path.
    private String program(String executable) {
        return executable.contains("\\") || executable.contains("/") || executable.contains(":")
                ? paths.local(executable).toString()
                : executable;
    }

    private static String text(TaskCall call, String variable) {
        return variable.isBlank()
                ? ""
                : String.valueOf(call.scope().require(variable).value());
    }

    private static void give(TaskCall call, String variable, Path file) throws IOException {
        if (!variable.isBlank()) {
            try (var in = Files.newInputStream(file)) {
                call.scope().require(variable).set(new String(in.readNBytes(MOST_TEXT), StandardCharsets.UTF_8));
            }
        }
    }

    /// `a "b c" d""e` → `a`, `b c`, `de`; a backslash quotes a double quote, as C's runtime on Windows has it.
    static List<String> arguments(String text) {
        List<String> all = new ArrayList<>();
        StringBuilder one = new StringBuilder();
        boolean quoted = false;
        boolean begun = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                one.append('"');
                begun = true;
                i++;
            } else if (c == '"') {
                quoted = !quoted;
                begun = true;
            } else if (Character.isWhitespace(c) && !quoted) {
                if (begun) {
                    all.add(one.toString());
                }
                one.setLength(0);
                begun = false;
            } else {
                one.append(c);
                begun = true;
            }
        }
        if (begun) {
            all.add(one.toString());
        }
        return all;
    }
}
