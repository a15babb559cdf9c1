package dev.sluice.ssis.catalog;

import java.util.Arrays;
import java.util.Optional;

/// What a message of an operation is about, with SSISDB's codes (`catalog.event_messages.message_type`).
public enum MessageType {
    PRE_VALIDATE(10, "OnPreValidate"),
    POST_VALIDATE(20, "OnPostValidate"),
    PRE_EXECUTE(30, "OnPreExecute"),
    POST_EXECUTE(40, "OnPostExecute"),
    STATUS_CHANGE(50, "OnExecStatusChanged"),
    PROGRESS(60, "OnProgress"),
    INFORMATION(70, "OnInformation"),
    VARIABLE_CHANGED(80, "OnVariableValueChanged"),
    DIAGNOSTIC(90, "Diagnostic"),
    QUERY_CANCEL(100, "OnQueryCancel"),
    WARNING(110, "OnWarning"),
    ERROR(120, "OnError"),
    TASK_FAILED(130, "OnTaskFailed"),
    DIAGNOSTIC_EX(140, "DiagnosticEx"),
    CUSTOM(200, "Custom"),
    NON_DIAGNOSTIC(400, "NonDiagnostic");

    private final int code;
    private final String event;

    MessageType(int code, String event) {
        this.code = code;
        this.event = event;
    }

    public int code() {
        return code;
    }

    /// The event that such a message is of.
    public String event() {
        return event;
    }

    /// The type of an event's messages; what the engine does not know is an event of the task's own.
    public static MessageType ofEvent(String event) {
        return Arrays.stream(values())
                .filter(t -> t.event.equalsIgnoreCase(event))
                .findFirst()
                .orElse(CUSTOM);
    }

    /// By event, short name (`error`, `warning`, `information` …) or code, in any case.
    public static Optional<MessageType> of(String text) {
        return Arrays.stream(values())
                .filter(t -> t.event.equalsIgnoreCase(text)
                        || t.event.equalsIgnoreCase("On" + text)
                        || String.valueOf(t.code).equals(text))
                .findFirst();
    }
}
