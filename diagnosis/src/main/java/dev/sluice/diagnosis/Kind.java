package dev.sluice.diagnosis;

/// Whose move it is: the side on which a failure happened. Decides Data Factory's `failureType`
/// ([#failureType()]) and the sentence that opens an activity's error message.
public enum Kind {
    /// A document, parameter or command that a person wrote is wrong.
    USER,
    /// The store that is read from.
    SOURCE,
    /// The store that is written to.
    SINK,
    /// Something between two machines: names, ports, certificates, proxies.
    NETWORK,
    /// The node itself: memory, disk, a worker process.
    NODE,
    /// The service (control plane).
    SERVICE;

    /// Data Factory's word for it: `UserError` where the user can mend it, else `SystemError`.
    public String failureType() {
        return switch (this) {
            case USER, SOURCE, SINK, NETWORK -> "UserError";
            case NODE, SERVICE -> "SystemError";
        };
    }
}
