/// MongoDB (Data Factory's `MongoDbV2`, `MongoDbAtlas`, the older `MongoDb`) and Cosmos DB for MongoDB
/// (`CosmosDbMongoDbApi`): collections of documents, by MongoDB's own driver.
///
/// Start at [MongoConnector]. [MongoServer] is the linked service once checked, [MongoSession] a connection
/// and what its failures are called, [Query] what a source asks for, [DocumentSource] gives the documents
/// to `data/trees`, [DocumentSink] writes rows ([RowDocuments]) in batches. A sink's batches are visible as
/// they are sent; an attempt run again inserts again, unless it is an upsert.
///
/// Where Data Factory's documentation is silent: into columns values come as what they are (an `ObjectId`
/// as its 24 digits, a date as ISO 8601 text); documents copied as documents are MongoDB's relaxed Extended
/// JSON, which keeps types, and is understood by the sink.
///
/// Must not come in: files, formats, mapping.
@NullMarked
package dev.sluice.connectors.mongo;

import org.jspecify.annotations.NullMarked;
