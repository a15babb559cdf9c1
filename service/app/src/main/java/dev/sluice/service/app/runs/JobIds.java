package dev.sluice.service.app.runs;

import dev.sluice.wire.JobRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The id of the job of an activity of a run: the same for all attempts, and fit for file names.
final class JobIds {
    private JobIds() {}

    static JobRef ref(String runId, String activity, int attempt) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(activity.getBytes(StandardCharsets.UTF_8));
            return new JobRef(runId + "-" + HexFormat.of().formatHex(digest, 0, 8), attempt);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
