/// Files of HDFS (Data Factory's `Hdfs`) over WebHDFS, or an HttpFS gateway: names and folders from the
/// namenode, bytes to and from the datanodes that it names.
///
/// Start at [HdfsConnector]. [HdfsSession] is the protocol ("WebHDFS REST API"); listings, hidden names until a file is
/// complete, renaming and the names of failures are `data/remote`'s. Who asks is only said (`user.name`), as Hadoop
/// without Kerberos has it; Kerberos is refused.
///
/// Must not come in: Hadoop's libraries, formats.
@NullMarked
package dev.sluice.connectors.http.hdfs;

import org.jspecify.annotations.NullMarked;
