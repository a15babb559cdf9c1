package dev.sluice.service.run;

import dev.sluice.model.Document;
import dev.sluice.model.run.RunStatus;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Everything a run needs to go on after the next event. A value: decisions make new ones. Stored as JSON by
/// [#toJson()], read by [#fromJson(byte[])].
///
/// @param identity which run it is
/// @param pipeline the pipeline as it was when the run was created
/// @param parameters the arguments, by declared name; secure strings sealed where the service seals them
/// @param variables current values, by declared name
/// @param status as the record shows it
/// @param startedAt null while queued
/// @param endedAt null until it ended
/// @param updatedAt when it last changed
/// @param cancelledBy who asked for it to stop; null when nobody did
/// @param message why it failed; empty otherwise
/// @param returnValue what the run gives the pipeline that called it (`pipelineReturnValue`); null when nothing did
///     set it
/// @param starts how many activities have been started, retries not counted
/// @param activities by path: those of the pipeline's own list in its order, then those of every list inside a
/// container
///     that is being worked through. A path is the activity's name, with the path of its container in front:
///     `If1/Copy1`; in a loop the number of the iteration, from 0, stands in brackets: `Loop[3]/Copy1`
public record RunState(
        RunIdentity identity,
        Document pipeline,
        Map<String, JsonNode> parameters,
        Map<String, JsonNode> variables,
        RunStatus status,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        Instant updatedAt,
        @Nullable String cancelledBy,
        String message,
        @Nullable ObjectNode returnValue,
        long starts,
        Map<String, ActivityState> activities) {
    /// Version of the stored form; raised when an older reader could not read it. Version 1 knew no containers and is
    /// still read.
    public static final int VERSION = 2;

    public RunState {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        activities = Collections.unmodifiableMap(new LinkedHashMap<>(activities));
    }

    /// The same with its arguments in another form.
    public RunState with(Map<String, JsonNode> arguments) {
        return new RunState(
                identity,
                pipeline,
                arguments,
                variables,
                status,
                startedAt,
                endedAt,
                updatedAt,
                cancelledBy,
                message,
                returnValue,
                starts,
                activities);
    }

    public ObjectNode toJson() {
        return RunStateCodec.write(this);
    }

    /// Reads what [#toJson()] wrote.
    public static RunState fromJson(byte[] json) {
        return RunStateCodec.read(json);
    }
}
