package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// Signing in and who may do what.
public final class AccessFaults {
    private AccessFaults() {}

    public static final Fault ISSUERS_INVALID = fault(
            "IssuersInvalid",
            Kind.USER,
            "The file {path} does not describe issuers of tokens: {detail}",
            "Correct the file as described in the operating guide, and start the service again.");

    public static final Fault ISSUER_UNREACHABLE = passing(
            "IssuerUnreachable",
            Kind.NETWORK,
            "The keys of the issuer {issuer} cannot be had: {detail}",
            "Check that the service reaches the issuer over HTTPS and trusts its certificate (`ca` in issuers.json).",
            "Until then use a token of this service.");
}
