package dev.sluice.ssis.engine.control;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.packages.CheckpointFile;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.ExecutableKind;
import dev.sluice.ssis.packages.PropertyBag;
import dev.sluice.ssis.packages.VariantType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The checkpoint file of one execution of a package: which executables have succeeded and what the variables hold,
/// so that the next execution begins with what has not. What is remembered are tasks, loops as a whole and containers
/// with a transaction of their own as a whole. The file stays when an executable with FailPackageOnFailure failed the
/// package, and goes when the package succeeds. Thread-safe.
final class Checkpoint {
    static final Checkpoint NONE = new Checkpoint(null, "", CheckpointFile.EMPTY);

    private final @Nullable Path file;
    private final String packageId;
    private final CheckpointFile before;
    private final Set<String> done = new LinkedHashSet<>();
    private final Map<String, Live> living = new LinkedHashMap<>();

    private Checkpoint(@Nullable Path file, String packageId, CheckpointFile before) {
        this.file = file;
        this.packageId = packageId;
        this.before = before;
        done.addAll(before.succeeded());
    }

    /// CheckpointUsage: 0 never reads a file, 1 where there is one, 2 always.
    ///
    /// @param p properties of the package, its expressions evaluated
    static Checkpoint of(Executable root, PropertyBag p, PathMap paths) {
        String name = p.text("CheckpointFileName", "");
        boolean saves = p.flag("SaveCheckpoints", false);
        int usage = usage(p.text("CheckpointUsage", "0"));
        if (name.isBlank() || !saves && usage == 0) {
            return NONE;
        }
        Path file = paths.local(name);
        boolean there = Files.exists(file);
        if (usage == 2 && !there) {
            throw invalid(root, file, "CheckpointUsage is Always, and the file does not exist");
        }
        CheckpointFile before = CheckpointFile.EMPTY;
        if (usage != 0 && there) {
            try {
                before = CheckpointFile.read(Files.readAllBytes(file), file.toString());
            } catch (IOException e) {
                throw invalid(root, file, e.toString());
            }
            if (!before.packageId().equalsIgnoreCase(root.id())) {
                throw invalid(
                        root,
                        file,
                        "it was written by the package " + before.packageId() + ", and this is " + root.id());
            }
        }
        return new Checkpoint(saves ? file : null, root.id(), before);
    }

    private static int usage(String text) {
        return switch (text.strip()) {
            case "1", "IfExists" -> 1;
            case "2", "Always" -> 2;
            default -> 0;
        };
    }

    private static dev.sluice.diagnosis.ProblemException invalid(Executable root, Path file, String detail) {
        return SsisFaults.CHECKPOINT_INVALID
                .problem()
                .at(root.refId())
                .evidence("package", root.name())
                .evidence("file", file)
                .evidence("detail", detail)
                .exception();
    }

    private static String key(Executable e) {
        return e.id().isEmpty() ? e.refId() : e.id();
    }

    /// Gives the variables of a container the values that they had.
    synchronized void restore(Live live) {
        if (live.handling() || !oneByOne(live)) {
            return;
        }
        living.put(key(live.executable), live);
        before.variables()
                .getOrDefault(key(live.executable), Map.of())
                .forEach((name, value) -> live.executable.variables().stream()
                        .filter(v -> v.qualifiedName().equals(name) && !v.readOnly() && !v.evaluated())
                        .findFirst()
                        .flatMap(v -> live.scope.find(name))
                        .ifPresent(cell -> cell.set(value)));
    }

    /// Whether it has succeeded before and is passed over.
    synchronized boolean passed(Live live) {
        return unit(live) && done.contains(key(live.executable));
    }

    /// It has ended.
    synchronized void ended(Live live, Result result) {
        if (file == null || result != Result.SUCCESS || !unit(live)) {
            return;
        }
        done.add(key(live.executable));
        write(file);
    }

    /// The package has ended.
    ///
    /// @param stopped whether an executable with FailPackageOnFailure failed it
    synchronized void over(Result result, boolean stopped) {
        if (file == null) {
            return;
        }
        try {
            if (result == Result.SUCCESS || result == Result.FAILURE && !stopped) {
                Files.deleteIfExists(file);
            } else {
                write(file);
            }
        } catch (IOException e) {
            throw invalid(file, e);
        }
    }

    /// Nothing inside of loops, event handlers and transactions is remembered by itself.
    private static boolean unit(Live live) {
        return live.outer != null && !live.handling() && !composite(live) && oneByOne(live);
    }

    /// Whether all that is around it is remembered child by child.
    private static boolean oneByOne(Live live) {
        for (Live at = live.outer; at != null; at = at.outer) {
            if (!composite(at)) {
                return false;
            }
        }
        return true;
    }

    /// A container whose children are remembered one by one.
    private static boolean composite(Live live) {
        ExecutableKind kind = live.executable.kind();
        return (kind == ExecutableKind.PACKAGE || kind == ExecutableKind.SEQUENCE)
                && live.properties().number("TransactionOption", 1) != 2;
    }

    private void write(Path target) {
        Map<String, Map<String, String>> variables = new LinkedHashMap<>();
        living.forEach((key, live) -> {
            Map<String, String> values = new LinkedHashMap<>();
            live.executable.variables().stream()
                    .filter(v -> v.type() != VariantType.OBJECT && !v.evaluated() && !v.readOnly())
                    .forEach(v -> live.scope.find(v.qualifiedName()).ifPresent(cell -> {
                        Object value = cell.value();
                        if (value != null) {
                            values.put(
                                    v.qualifiedName(),
                                    value.toString().replaceFirst("^(\\d{4}-\\d\\d-\\d\\d)T", "$1 "));
                        }
                    }));
            if (!values.isEmpty()) {
                variables.put(key, values);
            }
        });
        try {
            Path part = target.resolveSibling(target.getFileName() + ".part");
            Files.write(part, new CheckpointFile(packageId, Set.copyOf(done), variables).bytes());
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw invalid(target, e);
        }
    }

    private static dev.sluice.diagnosis.ProblemException invalid(Path file, IOException e) {
        return SsisFaults.CHECKPOINT_INVALID
                .problem()
                .evidence("package", "")
                .evidence("file", file)
                .evidence("detail", "it cannot be written (" + e + ")")
                .from(e)
                .exception();
    }
}
