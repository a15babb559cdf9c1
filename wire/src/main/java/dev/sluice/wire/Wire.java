package dev.sluice.wire;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.JsonText;
import tools.jackson.core.JacksonException;

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
    public static final String RESEAL = "/node/v1/reseal";
    public static final String BUNDLE = "/node/v1/bundle";
    public static final String LOGS = "/node/v1/logs";
    public static final String UNREGISTER = "/node/v1/unregister";
    public static final String SSIS_BEGIN = "/node/v1/ssis/begin";
    public static final String SSIS_PIECE = "/node/v1/ssis/piece";
    public static final String SSIS_SAID = "/node/v1/ssis/said";

    /// Largest message either side accepts, in bytes: an activity's output may have 4 MB, twice that for its JSON form.
    public static final int MAX_MESSAGE = 16 << 20;

    /// Longest time a lease request may wait for work, in milliseconds; below the idle time-out of common proxies.
    public static final long MAX_WAIT_MILLIS = 30_000;

    private static final JsonText TEXT =
            new JsonText(new JsonText.Limits(MAX_MESSAGE, 200, MAX_MESSAGE, 50_000, 1_000, false));

    private Wire() {}

    /// A record of this protocol, or of what a node keeps: its components become members.
    public static byte[] encode(Object message) {
        return TEXT.bytes(Records.toJson(message));
    }

    /// Reads a message; anything that is not one is a [DocumentFaults#JSON_MALFORMED] problem.
    public static <T> T decode(byte[] json, Class<T> type) {
        try {
            return Records.fromJson(TEXT.read(json), type);
        } catch (JacksonException e) {
            throw malformed(String.valueOf(e.getOriginalMessage()), e);
        } catch (Records.MismatchException e) {
            throw malformed(String.valueOf(e.getMessage()), e);
        }
    }

    private static ProblemException malformed(String detail, RuntimeException e) {
        return DocumentFaults.JSON_MALFORMED
                .problem()
                .evidence("detail", detail)
                .from(e)
                .exception();
    }
}
