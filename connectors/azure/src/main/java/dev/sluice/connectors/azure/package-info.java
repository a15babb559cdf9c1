/// Azure Blob Storage.
///
/// Start at [BlobConnector]. A [BlobAccount] is what a linked service says; [BlobStore] is one container. [BlobInput]
/// reads ranges and, as a stream, several blocks ahead; [BlobOutput] stages blocks in parallel and commits their list
/// once, so that a blob is there completely or not at all. Blocks never committed are dropped by the service by itself.
///
/// Must not come in: the Netty client; a credential in a message (see [BlobProblems]).
@NullMarked
package dev.sluice.connectors.azure;

import org.jspecify.annotations.NullMarked;
