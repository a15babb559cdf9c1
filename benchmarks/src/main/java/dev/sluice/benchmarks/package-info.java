/// Speed, always beside something to compare it with in the same run: whole processes against psql, DuckDB and mariadb
/// (package `copy`), starts against their limits ([StartRig]), decisions and history ([OrchestrationRig]), hot loops
/// with JMH (`*Benchmark`).
///
/// Absolute times of one machine mean little; every rig prints ratios. Must not come in: assertions about time.
@NullMarked
package dev.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
