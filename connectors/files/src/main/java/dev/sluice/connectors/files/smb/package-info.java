/// Shares of Windows and Samba servers, spoken to directly by SMB 2 and 3 (Data Factory's `FileServer` with
/// `\\server\share`).
///
/// Start at [SmbShares], which reads the linked service; [SmbSession] is one connection. Everything else (listings,
/// files that appear only when complete) is `data/remote`'s.
///
/// Must not come in: classes of the client library outside of [SmbSession], [SmbSessions] and [SmbMeaning].
@NullMarked
package dev.sluice.connectors.files.smb;

import org.jspecify.annotations.NullMarked;
