package dev.sluice.wire;

import java.time.Instant;

/// A message of an execution, as SSISDB's `catalog.event_messages` has it.
///
/// @param id counts from 1 within the execution
/// @param type 10 to 400
/// @param sourceType 10 to 60
/// @param sourceId GUID of the executable
/// @param path of the executable in its package
/// @param code of SSIS; 0 where there is none
public record SsisMessage(
        long id,
        Instant at,
        int type,
        int sourceType,
        String text,
        String packageName,
        String event,
        String sourceName,
        String sourceId,
        String path,
        long code) {}
