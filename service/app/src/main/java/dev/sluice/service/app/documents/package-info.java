/// Factories and their documents over the Data Factory REST API: shapes, etags, paging, references, and secrets that
/// are sealed before anything is stored.
///
/// Start at [DocumentApi] and [FactoryApi]; [Sealing] decides to whom a linked service's secrets are sealed.
///
/// Must not come in: runs, the node protocol, SQL.
@NullMarked
package dev.sluice.service.app.documents;

import org.jspecify.annotations.NullMarked;
