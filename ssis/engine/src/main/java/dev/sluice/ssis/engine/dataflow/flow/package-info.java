/// How the components of a data flow run: threads, paths, end and failure.
///
/// Start at [Running], then [Stage] and its three shapes. Each [Producer] and [Operator] has a thread; a
/// [RowStage] works on the thread of whatever is before it. [Arrivals] is the bounded queue before an
/// operator; it writes to disk rather than wait where waiting could never end. [Wiring] is what a component
/// is built from, [RowErrors] what it does with rows that cannot be used.
///
/// Must not come in: any single component.
@NullMarked
package dev.sluice.ssis.engine.dataflow.flow;

import org.jspecify.annotations.NullMarked;
