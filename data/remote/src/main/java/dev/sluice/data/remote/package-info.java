/// File servers that know folders and renaming, whatever their protocol: SFTP, FTP, SMB, WebHDFS.
///
/// Start at [RemoteFileStore]. A protocol is a [RemoteSession]: a dozen calls on one connection. What all have in
/// common stands here: paths kept below the root, listings, sessions that are used again, files written under a
/// hidden name and renamed when they are complete ([RemoteOutput]), and what failures are called
/// ([RemoteProblems]).
///
/// Must not come in: a client library, a protocol's own words.
@NullMarked
package dev.sluice.data.remote;

import org.jspecify.annotations.NullMarked;
