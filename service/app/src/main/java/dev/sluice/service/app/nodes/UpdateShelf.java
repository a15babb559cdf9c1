package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.diagnosis.UpdateFaults;
import dev.sluice.wire.BundleRequest;
import dev.sluice.wire.VersionOrder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The folder of bundles that nodes may take: `VERSION.bundle`. The service believes nothing of them but their names;
/// whether they may run is for the nodes to decide, by the signature. Thread-safe.
final class UpdateShelf {
    private static final String ENDING = ".bundle";
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+_-]{0,99}");

    private final Path folder;
    private final Map<String, Item> known = new LinkedHashMap<>();

    UpdateShelf(Path folder) {
        this.folder = folder;
    }

    /// A bundle.
    ///
    /// @param since when it was put there
    record Item(String version, long bytes, String sha256, Instant since) {}

    /// The bundle of the newest version; empty when there is none.
    Optional<Item> newest() {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> String.valueOf(f.getFileName()))
                    .filter(n -> n.endsWith(ENDING))
                    .map(n -> n.substring(0, n.length() - ENDING.length()))
                    .filter(v -> VERSION.matcher(v).matches())
                    .max(VersionOrder.ORDER)
                    .flatMap(this::find);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /// The bundle of a version.
    synchronized Optional<Item> find(String version) {
        if (!VERSION.matcher(version).matches()) {
            return Optional.empty();
        }
        Path file = folder.resolve(version + ENDING);
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            long bytes = Files.size(file);
            Instant since = Files.getLastModifiedTime(file).toInstant();
            Item before = known.get(version);
            if (before == null || before.bytes() != bytes || !before.since().equals(since)) {
                before = new Item(version, bytes, sha256(file), since);
                known.put(version, before);
            }
            return Optional.of(before);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /// At most [BundleRequest#PIECE] bytes from there on; none behind the end.
    byte[] piece(String version, long offset) {
        Item item = find(version).orElseThrow(() -> UpdateFaults.BUNDLE_UNKNOWN.with("version", version));
        int length = (int) Math.clamp(item.bytes() - offset, 0, BundleRequest.PIECE);
        ByteBuffer piece = ByteBuffer.allocate(length);
        try (FileChannel file = FileChannel.open(folder.resolve(version + ENDING))) {
            while (piece.hasRemaining() && file.read(piece, offset + piece.position()) >= 0) {
                // Goes on until it is full or the file has become shorter.
            }
        } catch (IOException e) {
            throw unusable(e);
        }
        return java.util.Arrays.copyOf(piece.array(), piece.position());
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private RuntimeException unusable(IOException e) {
        return ServiceFaults.FOLDER_UNUSABLE.with("path", folder, "detail", String.valueOf(e.getMessage()));
    }
}
