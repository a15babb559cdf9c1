package dev.sluice.data.remote;

import dev.sluice.diagnosis.Kind;

/// Which server a store is on, for messages.
///
/// @param side whose store it is
/// @param store the linked service's name
/// @param place in words: `folder /in of sftp.example.org`
/// @param connectSeconds limit for establishing a connection
public record RemoteServer(
        Kind side, String store, String place, String host, int port, String user, long connectSeconds) {}
