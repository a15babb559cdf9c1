package dev.sluice.data.remote;

import java.time.Instant;

/// A file or folder as its server lists it.
///
/// @param name the last part of its path
/// @param size bytes; of a folder without meaning
/// @param version changes when the content does, as far as the server tells
public record RemoteItem(String name, boolean folder, long size, Instant modified, String version) {
    /// Of a server that knows size and time, and no more.
    public static RemoteItem of(String name, boolean folder, long size, Instant modified) {
        return new RemoteItem(
                name, folder, size, modified, Long.toHexString(modified.toEpochMilli()) + "-" + Long.toHexString(size));
    }
}
