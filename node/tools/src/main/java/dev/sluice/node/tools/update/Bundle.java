package dev.sluice.node.tools.update;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.UpdateFaults;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// A version of the node's software as one file: a ZIP archive of the version's files, `manifest.json`, which names
/// each with its SHA-256, and `manifest.sig`, the Ed25519 signature of the manifest's bytes.
///
/// Opening it checks the signature before anything else is believed; nothing but the manifest's files can come out.
public final class Bundle implements AutoCloseable {
    static final String MANIFEST = "manifest.json";
    static final String SIGNATURE = "manifest.sig";

    private static final int MAX_FILES = 5_000;
    private static final int MAX_MANIFEST = 4 << 20;
    private static final int SIGNATURE_BYTES = 64;
    private static final long MAX_BYTES = 2L << 30;
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+_-]{0,99}");
    private static final Pattern PATH = Pattern.compile("[0-9A-Za-z_][0-9A-Za-z._+-]*(/[0-9A-Za-z_][0-9A-Za-z._+-]*)*");

    private final Path file;
    private final ZipFile zip;
    private final BundleManifest manifest;
    private final byte[] signed;

    private Bundle(Path file, ZipFile zip, byte[] signed, BundleManifest manifest) {
        this.file = file;
        this.zip = zip;
        this.signed = signed;
        this.manifest = manifest;
    }

    /// @param keys that are trusted
    /// @throws ProblemException [UpdateFaults#BUNDLE_DAMAGED] or [UpdateFaults#BUNDLE_UNTRUSTED]
    public static Bundle open(Path file, List<PublicKey> keys) {
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (IOException e) {
            throw damaged(file, "it cannot be read: " + e.getMessage());
        }
        try {
            byte[] text = small(file, zip, MANIFEST, MAX_MANIFEST);
            byte[] signature = small(file, zip, SIGNATURE, SIGNATURE_BYTES);
            if (!UpdateKeys.isSigned(text, signature, keys)) {
                throw UpdateFaults.BUNDLE_UNTRUSTED.with("path", file);
            }
            return new Bundle(file, zip, text, checked(file, read(file, text)));
        } catch (RuntimeException e) {
            closeQuietly(zip);
            throw e;
        }
    }

    private static byte[] small(Path file, ZipFile zip, String name, int most) {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw damaged(file, "there is no " + name + " in it");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw damaged(file, name + " is larger than it can be");
            }
            return bytes;
        } catch (IOException e) {
            throw damaged(file, name + " cannot be read: " + e.getMessage());
        }
    }

    private static BundleManifest read(Path file, byte[] text) {
        try {
            return Wire.decode(text, BundleManifest.class);
        } catch (ProblemException e) {
            throw damaged(file, "its manifest cannot be read: " + e.getMessage());
        }
    }

    /// Signed or not, a manifest must not name a file outside of the version's folder.
    private static BundleManifest checked(Path file, BundleManifest manifest) {
        if (manifest.format() != BundleManifest.FORMAT) {
            throw damaged(file, "its format is " + manifest.format() + ", this version knows 1");
        }
        if (!isVersion(manifest.version())) {
            throw damaged(file, "its version is not written as versions are");
        }
        Set<String> paths = new HashSet<>();
        for (BundleFile each : manifest.files()) {
            if (each.path() == null || !PATH.matcher(each.path()).matches() || !paths.add(each.path())) {
                throw damaged(file, "its manifest names a file that it must not: " + each.path());
            }
        }
        if (manifest.files().size() > MAX_FILES || manifest.bytes() > MAX_BYTES) {
            throw damaged(file, "it has more files or bytes than a version can have");
        }
        if (!paths.contains(manifest.jar())) {
            throw damaged(file, "the jar to start is not in it");
        }
        return manifest;
    }

    /// Whether it can be the name of a version, and with that of a folder.
    public static boolean isVersion(String text) {
        return text != null && VERSION.matcher(text).matches();
    }

    public BundleManifest manifest() {
        return manifest;
    }

    /// Lays the version's files into a new folder and makes them last. The folder is of no use if this throws.
    public void unpack(Path folder) throws IOException {
        Set<String> known = new HashSet<>(Set.of(MANIFEST, SIGNATURE));
        List<BundleFile> files = new ArrayList<>(manifest.files());
        files.forEach(f -> known.add(f.path()));
        for (var entries = zip.entries(); entries.hasMoreElements(); ) {
            String name = entries.nextElement().getName();
            if (!known.contains(name)) {
                throw damaged(file, "it holds a file that its manifest does not name: " + name);
            }
        }
        Files.createDirectories(folder);
        for (BundleFile each : files) {
            Path target = folder.resolve(each.path());
            Files.createDirectories(Objects.requireNonNull(target.getParent(), "it lies in the folder"));
            write(each, target);
        }
        Files.write(folder.resolve(MANIFEST), signed);
    }

    private void write(BundleFile each, Path target) throws IOException {
        ZipEntry entry = zip.getEntry(each.path());
        if (entry == null) {
            throw damaged(file, each.path() + " is missing");
        }
        MessageDigest digest = sha256();
        long left = each.size();
        try (InputStream in = new DigestInputStream(zip.getInputStream(entry), digest);
                OutputStream out = Files.newOutputStream(target)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                left -= n;
                if (left < 0) {
                    throw damaged(file, each.path() + " is larger than the manifest says");
                }
                out.write(buffer, 0, n);
            }
        } catch (java.util.zip.ZipException e) {
            throw damaged(file, each.path() + ": " + e.getMessage());
        }
        if (left != 0 || !HexFormat.of().formatHex(digest.digest()).equals(each.sha256())) {
            throw damaged(file, each.path() + " has another content than was signed");
        }
        Files.setLastModifiedTime(target, FileTime.fromMillis(each.modified()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /// SHA-256 of a file, lower-case hex.
    public static String sha256(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static ProblemException damaged(Path file, String detail) {
        return UpdateFaults.BUNDLE_DAMAGED.with("path", file, "detail", detail);
    }

    private static void closeQuietly(ZipFile zip) {
        try {
            zip.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closeQuietly(zip);
    }
}
