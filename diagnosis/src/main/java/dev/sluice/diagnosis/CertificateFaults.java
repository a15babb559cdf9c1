package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// Certificates and their chains, keys and the files they are in.
/// Evidence used throughout: `subject` (of the certificate in question), `file`.
public final class CertificateFaults {
    private CertificateFaults() {}

    public static final Fault EXPIRED = fault(
            "CertificateExpired",
            Kind.NETWORK,
            "The certificate {subject} expired at {date}; it is {now}.",
            "Have it renewed by its issuer and install the new one where it is presented.",
            "If the date here is wrong, set the clock of this machine.");

    public static final Fault NOT_YET_VALID = fault(
            "CertificateNotYetValid",
            Kind.NETWORK,
            "The certificate {subject} is not valid before {date}; it is {now}.",
            "Check the clock of this machine and of the machine that issued the certificate.");

    public static final Fault NAME_MISMATCH = fault(
            "CertificateNameMismatch",
            Kind.NETWORK,
            "The certificate {subject} was not issued for {expected}; it is for: {presented}.",
            "Use one of the names it was issued for, or have it issued anew with {expected} among its alternative names "
                    + "(the common name does not count).");

    public static final Fault ISSUER_MISSING = fault(
            "CertificateIssuerMissing",
            Kind.NETWORK,
            "The certificate of {issuer}, which issued {subject}, was neither presented nor found. Tried: {tried}.",
            "Let the server present the whole chain: append the certificate of {issuer} to its certificate file.",
            "Or allow this machine to fetch it from the address in the certificate.");

    public static final Fault SIGNATURE_WRONG = fault(
            "CertificateSignatureWrong",
            Kind.NETWORK,
            "{subject} names {issuer} as its issuer, but the certificate of that name here did not sign it.",
            "Look whether {issuer} renewed its key: the old certificate must be replaced by the new one.",
            "If nobody knows the certificate, somebody imitates {issuer}.");

    public static final Fault ROOT_UNTRUSTED = fault(
            "CertificateRootUntrusted",
            Kind.NETWORK,
            "The chain ends at {subject} (SHA-256 {fingerprint}), which is not trusted here.",
            "If that is your company's authority or your proxy's, compare the fingerprint with its owner and trust it: "
                    + "'--ca FILE', or the trust store of the JVM.",
            "If neither, the connection is intercepted.");

    public static final Fault SELF_SIGNED = fault(
            "CertificateSelfSigned",
            Kind.NETWORK,
            "{subject} (SHA-256 {fingerprint}) is signed by itself and not trusted here.",
            "Compare the fingerprint with the owner of the server and trust the certificate: '--ca FILE'.",
            "Or have a certificate issued by an authority.");

    public static final Fault NOT_AN_AUTHORITY = fault(
            "CertificateNotAnAuthority",
            Kind.NETWORK,
            "{subject} issued {issued}, but may not issue certificates (basic constraints, path length or key usage).",
            "Have {issued} issued by a proper authority.");

    public static final Fault CHAIN_TOO_LONG = fault(
            "CertificateChainTooLong",
            Kind.NETWORK,
            "The chain does not end after {limit} certificates.",
            "Look for authorities that certify each other in a circle.");

    public static final Fault REVOKED = fault(
            "CertificateRevoked",
            Kind.NETWORK,
            "The certificate {subject} was {detail}, says {address}.",
            "Have a new certificate issued; ask its owner why the old one was revoked.");

    public static final Fault REVOCATION_UNKNOWN = passing(
            "CertificateRevocationUnknown",
            Kind.NETWORK,
            "Whether the certificate {subject} was revoked could not be found out: {asked}.",
            "Allow this machine to reach these addresses (they are plain HTTP, on purpose).",
            "Where it must not, choose the policy 'soft' or 'off'.");

    public static final Fault PATH_REFUSED = fault(
            "CertificatePathRefused",
            Kind.NETWORK,
            "The chain of {subject} is not accepted: {detail}.",
            "Have the certificate issued anew as the message demands; weak keys and signatures are not accepted.");

    public static final Fault FILE_UNREADABLE = fault(
            "CertificateFileUnreadable",
            Kind.USER,
            "{file} cannot be read as {account}: {detail}.",
            "Check the path; the file belongs to {owner} with mode {mode}.",
            "Let the account read it: 'chgrp' to a group of {account} and 'chmod g+r', or 'setfacl -m u:{account}:r'.");

    public static final Fault FILE_UNSUPPORTED = fault(
            "CertificateFileUnsupported",
            Kind.USER,
            "{file} is {kind}, which cannot be used.",
            "Convert it: '{command}'.");

    public static final Fault PASSWORD_WRONG = fault(
            "CertificatePasswordWrong",
            Kind.USER,
            "The password does not open {file}.",
            "Give the password that was set when the file was exported, in a file: '--password-file FILE'.");

    public static final Fault KEY_MISSING = fault(
            "CertificateKeyMissing",
            Kind.USER,
            "{file} holds the certificate {subject} without its private key.",
            "Export it again with the private key (Windows: 'Yes, export the private key'; openssl: 'pkcs12 -export "
                    + "-inkey KEY.pem -in CERT.pem').");

    public static final Fault KEY_NOT_FOR_EXCHANGE = fault(
            "CertificateKeyNotForExchange",
            Kind.USER,
            "The key of {subject} may be used for: {usages}; a server's {algorithm} key needs {needed}.",
            "Have the certificate issued anew with key usage {needed} (Windows: KeySpec AT_KEYEXCHANGE, not AT_SIGNATURE).");

    public static final Fault KEY_OF_ANOTHER = fault(
            "CertificateKeyOfAnother",
            Kind.USER,
            "The private key in {file} does not belong to the certificate {subject}.",
            "Put the key that the certificate was requested with beside it.");
}
