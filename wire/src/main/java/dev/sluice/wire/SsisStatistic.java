package dev.sluice.wire;

import java.time.Instant;

/// How an executable did, as SSISDB's `catalog.executable_statistics` has it.
///
/// @param id counts from 1 within the execution
/// @param result 0 success, 1 failure, 2 completion, 3 cancelled
public record SsisStatistic(
        long id, String executable, String packageName, String path, Instant start, Instant end, int result) {}
