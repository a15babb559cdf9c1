package dev.sluice.service.app;

import dev.sluice.service.app.nodes.Limits;
import java.nio.file.Path;
import java.time.InstantSource;

/// What a service is started with.
///
/// @param data its folder
/// @param port 0 for any that is free
/// @param host name by which clients and nodes reach it
/// @param database `sqlite` (a file in the folder) or a `jdbc:postgresql:` URL
/// @param pageSize most entries of one list or query answer
public record Settings(
        Path data, int port, String host, String database, InstantSource clock, Limits limits, int pageSize) {
    public static final int PAGE_SIZE = 100;

    public static Settings of(Path data, int port) {
        return new Settings(data, port, "localhost", "sqlite", InstantSource.system(), Limits.STANDARD, PAGE_SIZE);
    }
}
