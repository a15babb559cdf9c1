package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// A proxy between a node and what it wants to reach. Evidence used throughout: `proxy` (its host and port,
/// never a password), `host` and `port` of what was to be reached through it.
public final class ProxyFaults {
    private ProxyFaults() {}

    public static final Fault UNREACHABLE = passing(
            "ProxyUnreachable",
            Kind.NETWORK,
            "The proxy {proxy}, through which {host}:{port} is to be reached, cannot be reached itself: {detail}.",
            "Check the proxy's address: 'sluice node proxy show'.",
            "On the node, run 'sluice diagnose network'; ask the network team whether the proxy runs and lets this"
                    + " machine in.");

    public static final Fault NOT_AUTHENTICATED = fault(
            "ProxyAuthenticationFailed",
            Kind.NETWORK,
            "The proxy {proxy} wants a user and a password (HTTP 407, scheme {schemes}): {detail}.",
            "Set them: 'sluice node proxy set --proxy http://{proxy} --proxy-user USER --proxy-password-file FILE'. A"
                    + " running node takes them over by itself.",
            "Check with the network team that the account may use the proxy and is not locked.");

    public static final Fault DENIED = fault(
            "ProxyDenied",
            Kind.NETWORK,
            "The proxy {proxy} does not let this machine connect to {host}:{port} (HTTP {proxyStatus}): {detail}.",
            "Ask the network team to allow, on the proxy {proxy}, CONNECT from this machine to {host}:{port}.",
            "If {host} is to be reached without the proxy, add it to the bypass list: 'sluice node proxy set …"
                    + " --proxy-bypass {host}'.");

    public static final Fault TARGET_UNREACHABLE = passing(
            "ProxyCannotReachTarget",
            Kind.NETWORK,
            "The proxy {proxy} was reached, but it could not reach {host}:{port} (HTTP {proxyStatus}): {detail}.",
            "Ask the network team whether the proxy resolves the name {host} and may connect to port {port} there.",
            "If {host} is on this side of the proxy, add it to the bypass list: 'sluice node proxy set …"
                    + " --proxy-bypass {host}'.");

    public static final Fault CERTIFICATE_REPLACED = fault(
            "TlsCertificateReplaced",
            Kind.NETWORK,
            "The certificate that came for {host}:{port} through the proxy {proxy} was issued by {issuer}, not by the"
                    + " service's authority: something on the way re-signs TLS, and this node does not trust it:"
                    + " {detail}.",
            "If that issuer is your company's, compare the fingerprint in the evidence with its owner and trust it:"
                    + " 'sluice node proxy set … --ca FILE'.",
            "Or ask the network team to exempt {host} from TLS inspection.",
            "If nobody knows the issuer, somebody may be between node and service.");

    public static final Fault NOT_USABLE = fault(
            "ProxySettingInvalid",
            Kind.USER,
            "The proxy '{proxy}' cannot be used: {detail}.",
            "Give it as http://HOST:PORT; user and password by --proxy-user and --proxy-password-file.");
}
