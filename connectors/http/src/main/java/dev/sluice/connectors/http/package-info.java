/// Data Factory's REST connector (`RestService`, `RestResource`): JSON from and to services over HTTP.
///
/// Start at [RestConnector]. [RestService] is the linked service once checked, [HttpLine] sends requests and names
/// what goes wrong, [Paging] follows the pagination rules, [RestSource] gives the pages to `data/trees`, [RestSink]
/// posts rows in batches. A sink's batches are visible as they are sent: a service has no transaction, so an attempt
/// run again sends them again.
///
/// Where Data Factory's documentation is silent: credentials go only to the host of the linked service,
/// whatever address a page names; redirections are not followed; a page may have 64 MiB; a next request
/// that equals the last one fails the copy, since it would never end.
///
/// OData services are read by the same means: [ODataConnector] asks for the service's `$metadata` ([ODataModel]),
/// which tells columns and types, and follows the next links.
///
/// Must not come in: types, columns, files.
@NullMarked
package dev.sluice.connectors.http;

import org.jspecify.annotations.NullMarked;
