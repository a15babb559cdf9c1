/// Azure Blob Storage as a store of files: reading blobs in ranges, writing them as staged blocks that become
/// visible with one commit of the block list.
///
/// Start reading at [dev.sluice.connectors.azure.AzureBlobConnector]. `AccountSettings` reads the linked service,
/// `BlobContainer` is the only class that speaks to the client library, and `BlobProblems` says what failures mean.
/// Reading ahead, uploading side by side and repeating requests are those of [dev.sluice.data.remote.objects].
/// What must not come in: knowledge about formats, partitions or copy activities; other clouds' stores.
@NullMarked
package dev.sluice.connectors.azure;

import org.jspecify.annotations.NullMarked;
