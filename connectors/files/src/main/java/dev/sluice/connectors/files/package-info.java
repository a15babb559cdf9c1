/// The file system of the node: local folders and shares that are mounted there (Data Factory's `FileServer`). Shares
/// that are not mounted are the package `smb`'s.
///
/// Start at [FileServerConnector], then [LocalFileStore]. Every path goes through [Confinement] first, which keeps it
/// below the root, links included. A file is written beside its place under a hidden name, made durable, and renamed:
/// it is there completely or not at all. What a killed process leaves is such a hidden file, which no listing shows and
/// which the same attempt, run again, overwrites.
///
/// Must not come in: network protocols; a path that was not confined.
@NullMarked
package dev.sluice.connectors.files;

import org.jspecify.annotations.NullMarked;
