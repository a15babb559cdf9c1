/// SFTP (Data Factory's `Sftp`) and FTP, plain or with TLS (`FtpServer`).
///
/// Start at [SftpConnector] and [FtpConnector]; what a linked service says is a [SftpServer] or [FtpServer], a
/// connection a [SftpSession] or [FtpSession]. Listing, reading by range, writing under a hidden name and renaming
/// are `data/remote`'s, the same for both.
///
/// **Writing** is a rename at the end of the copy: a file is there completely or not at all. Neither protocol can
/// put one file in the place of another in every server, so that a file that is replaced is renamed first; for
/// that moment there is none of its name. **Running again** replaces files of the same names.
///
/// Must not come in: other protocols; a host key or certificate taken for good unless the linked service says so.
@NullMarked
package dev.sluice.connectors.ftp;

import org.jspecify.annotations.NullMarked;
