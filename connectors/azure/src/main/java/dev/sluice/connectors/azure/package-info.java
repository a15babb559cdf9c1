/// Azure Blob Storage as a store of files: reading blobs in ranges, writing them as staged blocks that become
/// visible with one commit of the block list.
///
/// Start reading at [dev.sluice.connectors.azure.AzureBlobConnector]. The account, its keys and its endpoints are
/// parsed in `ConnectionString` and `AzureAccount`; nothing else in this room knows a key.
/// What must not come in: knowledge about formats, partitions or copy activities; other clouds' stores.
@NullMarked
package dev.sluice.connectors.azure;

import org.jspecify.annotations.NullMarked;
