package dev.sluice.wire;

/// A machine asks to become a node. The only request that is not signed: the key admits it, and the certificate request
/// proves that it holds the private key.
///
/// @param authKey `IR@…`, one of the runtime's two keys
/// @param nodeName wished name, unique in the group
/// @param machineName the host's name, shown in monitoring
/// @param version of the node's software
/// @param certificateRequest PKCS#10 in PEM
/// @param maxConcurrentJobs most jobs this machine should ever run at once
public record RegisterRequest(
        int protocol,
        String authKey,
        String nodeName,
        String machineName,
        String version,
        String certificateRequest,
        int maxConcurrentJobs) {
    /// The key is a secret.
    @Override
    public String toString() {
        return "RegisterRequest[" + nodeName + "]";
    }
}
