/// SSIS packages: in one process (`sluice ssis run` and `sluice ssis assess`), and in the catalog of a service
/// (`sluice ssis deploy`, `sluice ssis execute` …), which is asked over its REST API.
///
/// Start at [SsisCommand]; then [CatalogOptions], what all commands of the catalog share.
@NullMarked
package dev.sluice.local.ssis;

import org.jspecify.annotations.NullMarked;
