/// Log providers: where packages themselves say that their events are written.
///
/// Start at [PackageLogs]. Kept for the text file, the XML file and the SQL table; the Windows event log
/// and the profiler are not there, which a warning says.
@NullMarked
package dev.sluice.ssis.engine.logging;

import org.jspecify.annotations.NullMarked;
