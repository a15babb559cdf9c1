package dev.sluice.node.app.console;

import dev.sluice.diagnosis.ConsoleFaults;
import dev.sluice.node.agent.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;

/// The secret of the console, in a file that only the node's account can read: whoever can is let in. Wrong ones cost
/// time, more with each. Thread-safe.
public final class ConsolePin {
    private static final String LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    private static final int LENGTH = 12;
    private static final int FREE = 5;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(15);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private final Path file;
    private final InstantSource clock;
    private int wrong;
    private Instant until = Instant.EPOCH;

    public ConsolePin(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    /// The PIN, made if there is none.
    public String text() {
        try {
            if (!Files.exists(file)) {
                StringBuilder made = new StringBuilder();
                SecureRandom random = new SecureRandom();
                for (int i = 0; i < LENGTH; i++) {
                    made.append(i > 0 && i % 4 == 0 ? "-" : "")
                            .append(LETTERS.charAt(random.nextInt(LETTERS.length())));
                }
                DurableFile.folder(Objects.requireNonNull(file.getParent(), "a file in a folder"));
                DurableFile.write(file, made.toString().getBytes(StandardCharsets.US_ASCII));
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be used", e);
        }
    }

    /// Throws unless it is the PIN; case and hyphens do not matter.
    synchronized void check(String entered) {
        Instant now = clock.instant();
        if (now.isBefore(until)) {
            throw ConsoleFaults.LOCKED_OUT.with(
                    "seconds", Duration.between(now, until).toSeconds() + 1);
        }
        if (MessageDigest.isEqual(plain(entered), plain(text()))) {
            wrong = 0;
            return;
        }
        wrong++;
        if (wrong >= FREE) {
            Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(wrong - FREE, 10));
            until = now.plus(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
        }
        throw ConsoleFaults.PIN_WRONG.with();
    }

    private static byte[] plain(String pin) {
        return pin.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "").getBytes(StandardCharsets.US_ASCII);
    }
}
