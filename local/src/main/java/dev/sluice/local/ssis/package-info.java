/// SSIS packages in one process: `sluice ssis run` and `sluice ssis assess`.
///
/// Start at [SsisCommand].
@NullMarked
package dev.sluice.local.ssis;

import org.jspecify.annotations.NullMarked;
