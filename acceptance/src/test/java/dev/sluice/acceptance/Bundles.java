package dev.sluice.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Update bundles made of the program that the build made, by `sluice node bundle`, and keys that sign them.
final class Bundles {
    private final Path folder;

    Bundles(Path folder) {
        this.folder = folder;
        key("maker");
    }

    /// A key pair `NAME.pem`, `NAME.pub.pem`.
    Path key(String name) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            pem(
                    folder.resolve(name + ".pub.pem"),
                    "PUBLIC KEY",
                    pair.getPublic().getEncoded());
            return pem(
                    folder.resolve(name + ".pem"),
                    "PRIVATE KEY",
                    pair.getPrivate().getEncoded());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path pem(Path file, String label, byte[] der) {
        String text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label + "-----\n";
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The maker's public key.
    Path trusted() {
        return folder.resolve("maker.pub.pem");
    }

    /// A bundle of the program as it is, under another version.
    Path make(String version, String key, String... more) {
        Path out = folder.resolve(version + "-" + key + ".bundle");
        Stream<String> arguments = Stream.of(
                "node",
                "bundle",
                "--as-version",
                version,
                "--key",
                folder.resolve(key + ".pem").toString(),
                "--out",
                out.toString());
        Program.Ended ended = Program.run(
                "bundle-" + version,
                folder,
                Stream.concat(arguments, Stream.of(more)).toArray(String[]::new));
        if (ended.exit() != 0) {
            throw new AssertionError(ended.messages());
        }
        return out;
    }

    /// A signed bundle of a program that cannot start: the jar of the node's agent holds no class.
    Path broken(String version) {
        Path lib = folder.resolve("broken-lib");
        try (Stream<Path> jars = Files.list(Project.root().resolve("distribution/target/image/lib"))) {
            Files.createDirectories(lib);
            for (Path jar : jars.toList()) {
                String name = String.valueOf(jar.getFileName());
                if (name.startsWith("sluice-node-agent-")) {
                    rewrite(jar, lib.resolve(name), (entry) -> entry.endsWith(".class") ? "" : entry);
                } else if (name.endsWith(".jar")) {
                    Files.createSymbolicLink(lib.resolve(name), jar);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return make(version, "maker", "--lib", lib.toString());
    }

    /// The same bundle with another content of a file, as somebody would do it who has no key.
    Path tampered(Path bundle) {
        Path out = folder.resolve("tampered.bundle");
        try (ZipFile from = new ZipFile(bundle.toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(out))) {
            for (var entries = from.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                byte[] content = from.getInputStream(entry).readAllBytes();
                if (entry.getName().contains("sluice-node-tools")) {
                    content[content.length / 2] ^= 1;
                }
                to.putNextEntry(new ZipEntry(entry.getName()));
                to.write(content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out;
    }

    private static void rewrite(Path jar, Path out, UnaryOperator<String> name) throws IOException {
        try (ZipFile from = new ZipFile(jar.toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(out))) {
            for (var entries = from.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                String kept = name.apply(entry.getName());
                if (!kept.isEmpty()) {
                    to.putNextEntry(new ZipEntry(kept));
                    to.write(from.getInputStream(entry).readAllBytes());
                }
            }
        }
    }
}
