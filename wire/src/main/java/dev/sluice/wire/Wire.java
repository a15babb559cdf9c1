package dev.sluice.wire;

import dev.sluice.diagnosis.DocumentFaults;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Paths, version and codec of the protocol.
///
/// Versions: a member that a reader does not know is ignored, a member that is absent takes its neutral value, so
/// neighbours in version understand each other. [#PROTOCOL] changes only when that no longer holds.
public final class Wire {
    public static final int PROTOCOL = 1;

    public static final String REGISTER = "/node/v1/register";
    public static final String LEASE = "/node/v1/lease";
    public static final String HEARTBEAT = "/node/v1/heartbeat";
    public static final String REPORT = "/node/v1/report";
    public static final String UNREGISTER = "/node/v1/unregister";

    /// Largest message either side accepts, in bytes: an activity's output may have 4 MB, twice that for its JSON form.
    public static final int MAX_MESSAGE = 16 << 20;

    /// Longest time a lease request may wait for work, in milliseconds; below the idle time-out of common proxies.
    public static final long MAX_WAIT_MILLIS = 30_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MAX_MESSAGE)
                            .maxNestingDepth(200)
                            .maxStringLength(MAX_MESSAGE)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Wire() {}

    public static byte[] encode(Object message) {
        return MAPPER.writeValueAsBytes(message);
    }

    /// Reads a message; anything that is not one is a [DocumentFaults#JSON_MALFORMED] problem.
    public static <T> T decode(byte[] json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JacksonException e) {
            throw DocumentFaults.JSON_MALFORMED
                    .problem()
                    .evidence("detail", e.getOriginalMessage())
                    .from(e)
                    .exception();
        }
    }
}
