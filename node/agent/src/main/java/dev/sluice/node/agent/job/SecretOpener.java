package dev.sluice.node.agent.job;

/// Opens a sealed secret of a job. A worker looks it up among those its host opened; a local run opens it with a key
/// of its own, or has none.
@FunctionalInterface
public interface SecretOpener {
    /// No secret is sealed here.
    SecretOpener NONE = sealedForm -> {
        throw dev.sluice.diagnosis.NodeFaults.SECRET_UNOPENABLE.with();
    };

    /// @param sealedForm base64 CMS
    /// @return the plain value
    /// @throws dev.sluice.diagnosis.ProblemException when it cannot be opened here
    String open(String sealedForm);
}
