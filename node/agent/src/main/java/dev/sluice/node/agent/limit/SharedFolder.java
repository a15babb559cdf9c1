package dev.sluice.node.agent.limit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The folder that all processes of this user on this machine share for their limits: system property `sluice.limits`,
/// by default one in the temporary folder that nobody else may enter. It holds no names, only their hashes.
final class SharedFolder {
    private static final String PROPERTY = "sluice.limits";
    private static final int NAME_DIGITS = 24;

    private SharedFolder() {}

    static Path ofProcess() throws IOException {
        String given = System.getProperty(PROPERTY, "");
        Path folder = given.isEmpty()
                ? Path.of(System.getProperty("java.io.tmpdir"), "sluice-limits-" + System.getProperty("user.name"))
                : Path.of(given);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (java.nio.file.FileAlreadyExistsException e) {
                // Another process was quicker, or it is no folder.
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
            } catch (UnsupportedOperationException notPosix) {
                Files.createDirectories(folder);
            }
        }
        if (given.isEmpty()
                && !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
                        .getName()
                        .equals(System.getProperty("user.name"))) {
            throw new IOException(
                    folder + " belongs to another user; name a folder by the system property " + PROPERTY);
        }
        return folder;
    }

    /// A store's key as the start of file names.
    static String name(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
