package dev.sluice.secrets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Keys and certificates for tests, and the real `openssl`.
final class Material {
    static final Instant NOW = Instant.now();
    static final InstantSource CLOCK = InstantSource.fixed(NOW);

    private Material() {}

    static Identity identity(CertificateAuthority authority, KeyPair pair, String name) {
        return new Identity(
                pair.getPrivate(),
                List.of(authority.issueNode(pair.getPublic(), name, List.of()), authority.certificate()));
    }

    static KeyPair ec(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    static KeyPair rsa(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    static Path pem(Path file, PrivateKey key) throws java.io.IOException {
        return Files.writeString(file, Pem.write("PRIVATE KEY", key.getEncoded()));
    }

    /// Whether openssl can be run; says so loudly when not.
    static boolean hasOpenssl() {
        try {
            return new ProcessBuilder("openssl", "version").start().waitFor(20, TimeUnit.SECONDS);
        } catch (java.io.IOException e) {
            System.err.println("SKIPPED: openssl is not installed, so nothing is compared with it");
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Runs openssl in a folder and returns what it printed.
    static String openssl(Path folder, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }
}
