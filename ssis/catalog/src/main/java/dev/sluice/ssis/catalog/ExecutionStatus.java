package dev.sluice.ssis.catalog;

import java.util.Arrays;
import java.util.Optional;

/// How an execution stands, with SSISDB's codes (`catalog.executions.status`).
public enum ExecutionStatus {
    CREATED(1, "Created"),
    RUNNING(2, "Running"),
    CANCELED(3, "Canceled"),
    FAILED(4, "Failed"),
    /// Queued: no node has begun it.
    PENDING(5, "Pending"),
    /// Nobody knows how it ended: its node was lost.
    ENDED_UNEXPECTEDLY(6, "EndedUnexpectedly"),
    SUCCEEDED(7, "Succeeded"),
    /// It was asked to stop and has not ended yet.
    STOPPING(8, "Stopping"),
    COMPLETED(9, "Completed");

    private final int code;
    private final String word;

    ExecutionStatus(int code, String word) {
        this.code = code;
        this.word = word;
    }

    public int code() {
        return code;
    }

    public String word() {
        return word;
    }

    public boolean ended() {
        return switch (this) {
            case CANCELED, FAILED, ENDED_UNEXPECTEDLY, SUCCEEDED, COMPLETED -> true;
            case CREATED, RUNNING, PENDING, STOPPING -> false;
        };
    }

    /// Whether one may follow the other: nothing follows an end, and what is stopping only ends.
    public boolean mayBecome(ExecutionStatus next) {
        return switch (this) {
            case CREATED -> next != CREATED;
            case PENDING -> next != CREATED && next != PENDING;
            case RUNNING -> next.ended() || next == STOPPING;
            case STOPPING -> next.ended();
            case CANCELED, FAILED, ENDED_UNEXPECTEDLY, SUCCEEDED, COMPLETED -> false;
        };
    }

    /// @throws IllegalArgumentException when there is no such code
    public static ExecutionStatus of(int code) {
        return Arrays.stream(values())
                .filter(s -> s.code == code)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("status " + code));
    }

    /// By word or code, in any case.
    public static Optional<ExecutionStatus> of(String text) {
        return Arrays.stream(values())
                .filter(s ->
                        s.word.equalsIgnoreCase(text) || String.valueOf(s.code).equals(text))
                .findFirst();
    }
}
