/// Amazon S3 (Data Factory's `AmazonS3`) and what speaks its protocol: `AmazonS3Compatible`, `GoogleCloudStorage`
/// and `OracleCloudStorage` with their interoperable keys.
///
/// Start at [S3Connector]. An [S3Account] is what a linked service says; [S3Bucket] makes the requests, signed by
/// [Signature]; [S3Problems] says what answers mean. Reading ahead and sending parts side by side are
/// `data/remote`'s.
///
/// **Its own client** on the JDK's: Amazon's SDK brings 20 jars and half a second of start-up for the nine
/// requests that are needed here.
///
/// **Writing** is a multipart upload, completed at the end of the copy: an object is there completely or not at
/// all. Parts of an abandoned copy are removed; those of a process that was killed stay, invisible, until the
/// bucket's life-cycle rule for incomplete uploads removes them. **Running again** replaces objects of the same
/// names.
///
/// Must not come in: a signature or a key in a message.
@NullMarked
package dev.sluice.connectors.aws;

import org.jspecify.annotations.NullMarked;
