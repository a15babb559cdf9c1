/// The copy workloads as whole processes, from start to exit, each beside what people would use instead, in turn in the
/// same run. Start at [CopyRig]. Nothing here may make the peer slower than it is, and no figure counts whose rows are
/// not checked.
@NullMarked
package dev.sluice.benchmarks.copy;

import org.jspecify.annotations.NullMarked;
