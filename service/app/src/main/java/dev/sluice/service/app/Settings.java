package dev.sluice.service.app;

import dev.sluice.service.app.http.Quota;
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
/// @param perCaller how many requests each caller may make
/// @param perFactory how many requests may be made for each factory
public record Settings(
        Path data,
        int port,
        String host,
        String database,
        InstantSource clock,
        Limits limits,
        int pageSize,
        Quota perCaller,
        Quota perFactory) {
    public static final int PAGE_SIZE = 100;

    public Settings(
            Path data, int port, String host, String database, InstantSource clock, Limits limits, int pageSize) {
        this(data, port, host, database, clock, limits, pageSize, Quota.PER_CALLER, Quota.PER_FACTORY);
    }

    public static Settings of(Path data, int port) {
        return new Settings(data, port, "localhost", "sqlite", InstantSource.system(), Limits.STANDARD, PAGE_SIZE);
    }
}
