package dev.sluice.service.app;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.service.app.signin.SignIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.function.Supplier;

/// The service's folder, held by one process at a time.
///
/// ```
/// service.lock     held while the service runs; holds its pid
/// service.json     {"url", "pid"} of the running service
/// admin-token      the first access token (owner only)
/// auto-resolve.key authentication key of the built-in group (owner only)
/// tls/             ca.pem and ca.key, server.pem and server.key
/// issuers.json     OpenID Connect issuers whose tokens are accepted; an operator's
/// keys/            auth-keys.master; tokens.key (signs access tokens); credentials/ (the service's own key pair for
/// secrets)
/// nonces/          of node requests that may still be replayed
/// service.db       documents, runs, queue
/// ```
final class DataFolder implements AutoCloseable {
    private static final String OWNER_ONLY = "rw-------";

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /// Makes the folder if needed and takes it.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException [NodeFaults#LOCKED] when another process has it
    static DataFolder take(Path folder) {
        try {
            Files.createDirectories(folder);
            if (isPosix(folder)) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
            Path file = folder.resolve("service.lock");
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String pid = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
                channel.close();
                throw NodeFaults.LOCKED.with("path", folder, "pid", pid.isEmpty() ? "(unknown)" : pid);
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)));
            return new DataFolder(folder, channel, lock);
        } catch (IOException e) {
            throw ServiceFaults.FOLDER_UNUSABLE
                    .problem()
                    .evidence("path", folder)
                    .evidence("detail", e.getClass().getSimpleName() + " " + e.getMessage())
                    .from(e)
                    .exception();
        }
    }

    private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            return null;
        }
    }

    Path database() {
        return folder.resolve("service.db");
    }

    Path tls() {
        return folder.resolve("tls");
    }

    Path credentials() {
        return folder.resolve("keys").resolve("credentials");
    }

    Path nonces() {
        return folder.resolve("nonces");
    }

    /// Bundles of versions for nodes: `VERSION.bundle`.
    Path updates() {
        return folder.resolve("updates");
    }

    /// Addresses that the service is going to have, as whoever operates it has written them down.
    Path announced() {
        return folder.resolve("announced-endpoints.json");
    }

    Path adminToken() {
        return folder.resolve("admin-token");
    }

    /// The key from which authentication keys are derived; made at the first start.
    byte[] masterKey() {
        Path file = folder.resolve("keys").resolve("auth-keys.master");
        String text = secret(file, () -> {
            byte[] key = new byte[32];
            new SecureRandom().nextBytes(key);
            return Base64.getEncoder().encodeToString(key);
        });
        try {
            byte[] key = Base64.getDecoder().decode(text);
            if (key.length >= 32) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            throw damaged(file);
        }
        throw damaged(file);
    }

    private static RuntimeException damaged(Path file) {
        return ServiceFaults.FOLDER_UNUSABLE.with(
                "path", file, "detail", "it holds no key; restore it from a backup, or remove it to void every key.");
    }

    /// The key that signs access tokens; made at the first start.
    String tokenKey() {
        Path file = folder.resolve("keys").resolve("tokens.key");
        String key = secret(file, SignIn::freshKey);
        if (key.isEmpty()) {
            throw damaged(file);
        }
        return key;
    }

    /// Issuers whose tokens are accepted beside our own; written by an operator.
    Path issuers() {
        return folder.resolve("issuers.json");
    }

    /// A secret kept in a file; made if there is none.
    String secret(Path file, Supplier<String> make) {
        try {
            if (Files.exists(file)) {
                return Files.readString(file).strip();
            }
            String made = make.get();
            write(file, made + "\n", OWNER_ONLY);
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void autoResolveKey(String key) {
        writeUnchecked(folder.resolve("auto-resolve.key"), key + "\n", OWNER_ONLY);
    }

    void describe(String url) {
        String json =
                "{\"url\":\"" + url + "\",\"pid\":" + ProcessHandle.current().pid() + "}\n";
        writeUnchecked(folder.resolve("service.json"), json, "rw-r--r--");
    }

    private static void writeUnchecked(Path file, String text, String mode) {
        try {
            write(file, text, mode);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Readers see the old content or the new; nobody else ever sees a secret, not even while it is written.
    private static void write(Path file, String text, String mode) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException(file + " has no folder");
        }
        Files.createDirectories(parent);
        Path aside = parent.resolve("." + file.getFileName() + ".new");
        Files.deleteIfExists(aside);
        if (isPosix(parent)) {
            Files.createFile(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
        }
        try (FileChannel out = FileChannel.open(aside, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        if (isPosix(parent)) {
            Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString(mode));
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder.resolve("service.json"));
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
