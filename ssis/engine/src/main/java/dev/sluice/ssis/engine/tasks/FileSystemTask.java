package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.packages.PropertyBag;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// File System Task. Paths come from connection managers or variables and are mapped to this machine.
final class FileSystemTask implements TaskRunner {
    private final PackageConnections connections;
    private final PathMap paths;

    FileSystemTask(PackageConnections connections, PathMap paths) {
        this.connections = connections;
        this.paths = paths;
    }

    @Override
    public @Nullable Object run(TaskCall call) {
        PropertyBag p = Payload.of(
                call,
                "Operation",
                "TaskOperationType",
                "Source",
                "TaskSourcePath",
                "Destination",
                "TaskDestinationPath");
        String operation = operation(p.text("TaskOperationType", "CopyFile"));
        try {
            return switch (operation) {
                case "CopyFile" -> copyFile(call, p);
                case "MoveFile", "RenameFile", "MoveDirectory" -> move(call, p);
                case "DeleteFile" -> deleteFile(call, p);
                case "CreateDirectory" -> create(call, p);
                case "CopyDirectory" -> copyFolder(call, p);
                case "DeleteDirectory" -> deleteFolder(call, p, true);
                case "DeleteDirectoryContent" -> deleteFolder(call, p, false);
                case "SetAttributes" -> attributes(call, p);
                default -> throw Payload.failed(call, "there is no operation '" + operation + "'");
            };
        } catch (NoSuchFileException e) {
            throw Payload.failed(call, "'" + e.getFile() + "' does not exist");
        } catch (FileAlreadyExistsException e) {
            throw Payload.failed(call, "'" + e.getFile() + "' exists already and may not be overwritten");
        } catch (IOException e) {
            throw Payload.failed(call, operation + " failed (" + e + ")");
        }
    }

    /// A number where an expression gives it.
    private static String operation(String text) {
        List<String> names = List.of(
                "CopyFile",
                "MoveFile",
                "DeleteFile",
                "RenameFile",
                "SetAttributes",
                "CreateDirectory",
                "CopyDirectory",
                "MoveDirectory",
                "DeleteDirectory",
                "DeleteDirectoryContent");
        return text.matches("\\d") ? names.get(Integer.parseInt(text)) : text;
    }

    private Path source(TaskCall call, PropertyBag p) {
        return path(call, p.text("TaskSourcePath", ""), p.flag("TaskIsSourceVariable", false));
    }

    private Path destination(TaskCall call, PropertyBag p) {
        return path(call, p.text("TaskDestinationPath", ""), p.flag("TaskIsDestinationVariable", false));
    }

    private Path path(TaskCall call, String reference, boolean variable) {
        if (variable) {
            Object value = call.scope().require(reference).value();
            return paths.local(value == null ? "" : value.toString());
        }
        return paths.local(connections.text(call, reference));
    }

    private static boolean overwrites(PropertyBag p) {
        return p.flag("TaskOverwriteDestFile", false);
    }

    /// A destination that is a folder keeps the file's name.
    private static Path target(Path source, Path destination) {
        return Files.isDirectory(destination) ? destination.resolve(source.getFileName()) : destination;
    }

    private @Nullable Object copyFile(TaskCall call, PropertyBag p) throws IOException {
        Path source = source(call, p);
        Path target = target(source, destination(call, p));
        if (overwrites(p)) {
            Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.copy(source, target);
        }
        return null;
    }

    private @Nullable Object move(TaskCall call, PropertyBag p) throws IOException {
        Path source = source(call, p);
        Path target = Files.isDirectory(source) ? destination(call, p) : target(source, destination(call, p));
        if (Files.exists(target) && !overwrites(p)) {
            throw new FileAlreadyExistsException(target.toString());
        }
        Files.move(source, target, StandardCopyOption.REPLACE_EXISTING);
        return null;
    }

    private @Nullable Object deleteFile(TaskCall call, PropertyBag p) throws IOException {
        Path file = source(call, p);
        if (Files.isDirectory(file)) {
            throw Payload.failed(call, "'" + file + "' is a folder");
        }
        Files.delete(file);
        return null;
    }

    private @Nullable Object create(TaskCall call, PropertyBag p) throws IOException {
        Path folder = source(call, p);
        if (Files.isDirectory(folder) && !p.flag("TaskOverwriteDestFile", false)) {
            throw new FileAlreadyExistsException(folder.toString());
        }
        Files.createDirectories(folder);
        return null;
    }

    private @Nullable Object copyFolder(TaskCall call, PropertyBag p) throws IOException {
        Path source = source(call, p);
        Path target = destination(call, p);
        if (target.normalize().startsWith(source.normalize())) {
            throw Payload.failed(call, "'" + target + "' lies inside '" + source + "'");
        }
        List<Path> all;
        try (Stream<Path> tree = Files.walk(source)) {
            all = tree.toList();
        }
        for (Path from : all) {
            Path to = target.resolve(source.relativize(from).toString());
            if (Files.isDirectory(from)) {
                Files.createDirectories(to);
            } else if (overwrites(p)) {
                Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.copy(from, to);
            }
        }
        return null;
    }

    private @Nullable Object deleteFolder(TaskCall call, PropertyBag p, boolean itself) throws IOException {
        Path folder = source(call, p);
        List<Path> all;
        try (Stream<Path> tree = Files.walk(folder)) {
            all = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            if (itself || !path.equals(folder)) {
                Files.delete(path);
            }
        }
        return null;
    }

    /// Of Windows' attributes only read-only has a meaning here; the others are passed over with a warning.
    private @Nullable Object attributes(TaskCall call, PropertyBag p) throws IOException {
        Path file = source(call, p);
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        String wanted = p.text("TaskFileAttributes", "Normal").toLowerCase(Locale.ROOT);
        boolean readOnly = wanted.contains("readonly") || wanted.matches("\\d+") && (Integer.parseInt(wanted) & 2) != 0;
        if (!file.toFile().setWritable(!readOnly)) {
            throw Payload.failed(call, "the attributes of '" + file + "' cannot be changed");
        }
        if (wanted.contains("hidden") || wanted.contains("system") || wanted.contains("archive")) {
            call.events().warning(0, "Attributes other than ReadOnly have no meaning on this system: " + wanted);
        }
        return null;
    }
}
