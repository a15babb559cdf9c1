package dev.sluice.node.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/// The three clocks of a machine. They differ in what goes by while nothing runs.
interface Clocks {
    /// As [System#nanoTime()]: stands still while the machine sleeps.
    long nanos();

    /// Milliseconds since the machine was started, those included in which it slept.
    long sinceBootMillis();

    /// What the clock on the wall shows; people and time services set it.
    Instant wall();

    /// Those of a Linux machine. Without its file of them the machine never seems to sleep.
    ///
    /// @param proc `/proc`
    static Clocks of(Path proc, InstantSource wall) {
        Path uptime = proc.resolve("uptime");
        return new Clocks() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public long sinceBootMillis() {
                try {
                    String text = Files.readString(uptime);
                    return (long) (Double.parseDouble(text.substring(0, text.indexOf(' '))) * 1_000);
                } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
                    return System.nanoTime() / 1_000_000;
                }
            }

            @Override
            public Instant wall() {
                return wall.instant();
            }
        };
    }
}
