/// Azure Cosmos DB for NoSQL (`CosmosDb`): containers of JSON documents, by its REST API.
///
/// Start at [dev.sluice.connectors.azure.cosmos.CosmosConnector]. `CosmosAccount` is the linked service once checked,
/// `CosmosLine` sends signed requests and waits where the service throttles, `CosmosProblems` says what failures mean,
/// `Container` is what the service tells of one. `DocumentPages` asks a query of ranges of the partition key, page by
/// page, and `CosmosSource` gives the pages to `data/trees`; `CosmosSink` sends documents side by side.
///
/// A document is there as soon as it was answered, and stays. An upsert run again leaves the same documents; an insert
/// run again finds those of the first time in its way, and adds documents again that have no `id` of their own.
///
/// Must not come in: files, formats, mapping.
@NullMarked
package dev.sluice.connectors.azure.cosmos;

import org.jspecify.annotations.NullMarked;
