package dev.sluice.node.tools.update;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A process that becomes another program and keeps its id, so that whoever started it (a service manager, a container)
/// sees no end: `execv`.
public final class Switch {
    /// Tells a version that it is being tried.
    public static final String TRIAL = "SLUICE_TRIAL";

    /// Tells a version that it was started by an update or by another version, not by a person: nothing is asked.
    public static final String TAKEN_OVER = "SLUICE_TAKEN_OVER";

    /// Runs the new version and, when it ends or has not shown in time that it works, the old one again. A shell is all
    /// it takes: there is no Java in memory but that of the version that runs.
    ///
    /// `$1` name of the new version, `$2` seconds, `$3` the file that the new version makes when it works, `$4`
    /// the file that says why it did not, `$5` and `$6` the command lines of the new and of the old version
    private static final String WATCHER = """
            version=$1 limit=$2 confirmed=$3 failed=$4 new=$5 old=$6
            export SLUICE_TAKEN_OVER=1
            stopping=
            SLUICE_TRIAL=$version
            export SLUICE_TRIAL
            eval "$new &"
            child=$!
            unset SLUICE_TRIAL
            trap 'stopping=1; kill -TERM $child 2>/dev/null' TERM INT HUP
            i=0
            while [ ! -e "$confirmed" ] && [ $i -lt "$limit" ] && [ -z "$stopping" ] && kill -0 $child 2>/dev/null; do
                sleep 1
                i=$((i + 1))
            done
            if [ -e "$confirmed" ] || [ -n "$stopping" ]; then
                while :; do
                    wait $child
                    code=$?
                    kill -0 $child 2>/dev/null || exit $code
                done
            fi
            if kill -0 $child 2>/dev/null; then
                reason="it was not online with a worker within $limit s"
                kill -KILL $child
                wait $child
            else
                wait $child
                reason="its process ended with exit code $?"
            fi
            printf '%s\\n' "$reason" > "$failed.new" && mv "$failed.new" "$failed"
            eval "exec $old"
            """;

    private static final int SET_FLAGS = 2;
    private static final int CLOSE_ON_EXEC = 1;
    private static final int FIRST_INHERITED = 3;

    private Switch() {}

    /// The command line of the watcher.
    static List<String> watcher(Versions versions, String version, int seconds, List<String> to, List<String> back) {
        return List.of(
                "/bin/sh",
                "-c",
                WATCHER,
                "sluice-update",
                version,
                Integer.toString(seconds),
                versions.confirmedFile().toString(),
                versions.failedFile().toString(),
                quoted(to),
                quoted(back));
    }

    private static String quoted(List<String> command) {
        return command.stream().map(a -> "'" + a.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
    }

    /// The command line of this process, as the system knows it.
    public static List<String> ownCommand() throws IOException {
        String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
        List<String> arguments = new ArrayList<>(List.of(line.split("\0", -1)));
        arguments.removeLast();
        return arguments;
    }

    /// Becomes that program; returns only by throwing. Locks and connections that are still open are given up.
    public static void become(List<String> command) throws IOException {
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        MethodHandle exec = linker.downcallHandle(
                library.findOrThrow("execv"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        MethodHandle control = linker.downcallHandle(
                library.findOrThrow("fcntl"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment line = arena.allocate(ValueLayout.ADDRESS, command.size() + 1L);
            for (int i = 0; i < command.size(); i++) {
                line.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(command.get(i)));
            }
            line.setAtIndex(ValueLayout.ADDRESS, command.size(), MemorySegment.NULL);
            for (int file : openFiles()) {
                int ignored = (int) control.invokeExact(file, SET_FLAGS, CLOSE_ON_EXEC);
            }
            int result = (int) exec.invokeExact(line.getAtIndex(ValueLayout.ADDRESS, 0), line);
            throw new IOException("'" + command.getFirst() + "' cannot be run (" + result + ")");
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    private static List<Integer> openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.map(p -> Integer.valueOf(String.valueOf(p.getFileName())))
                    .filter(n -> n >= FIRST_INHERITED)
                    .toList();
        }
    }
}
