package dev.sluice.secrets;

import dev.sluice.diagnosis.NodeFaults;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;

/// What is to be certified, and the making of the certificate. Apart from [Certificates] so that a start that
/// issues nothing does not load the ASN.1 library.
///
/// @param hosts DNS names and IP addresses for the alternative names
/// @param purposes extended key usages; empty for a certificate authority
record CertificateOrder(
        X500Name subject, PublicKey key, Duration validity, List<String> hosts, List<KeyPurposeId> purposes) {
    /// `CN=…, OU=…, O=Sluice`; the values are escaped by the encoder.
    static X500Name subject(String name, String unit) {
        if (name.isBlank() || name.length() > 64) {
            throw NodeFaults.CERTIFICATE_INVALID.with("detail", "the subject's name must have 1 to 64 characters.");
        }
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, "Sluice")
                .addRDN(BCStyle.OU, unit)
                .addRDN(BCStyle.CN, name)
                .build();
    }

    private boolean isAuthority() {
        return purposes.isEmpty();
    }

    /// The certificate, signed by the issuer.
    X509Certificate issue(X500Name issuer, PublicKey issuerKey, PrivateKey signer, Instant now)
            throws GeneralSecurityException, IOException {
        SubjectPublicKeyInfo keyInfo = SubjectPublicKeyInfo.getInstance(key.getEncoded());
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                issuer,
                new BigInteger(126, Keys.RANDOM).setBit(125),
                // Clocks of nodes differ by minutes.
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(validity)),
                subject,
                keyInfo);
        builder.addExtension(
                Extension.basicConstraints,
                true,
                isAuthority() ? new BasicConstraints(0) : new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage()));
        builder.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(keyInfo)));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(keyIdentifier(SubjectPublicKeyInfo.getInstance(issuerKey.getEncoded()))));
        if (!isAuthority()) {
            builder.addExtension(
                    Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
        }
        if (!hosts.isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, names());
        }
        return Certificates.decode(builder.build(new EcSigner(signer)).getEncoded());
    }

    private int usage() {
        if (isAuthority()) {
            return KeyUsage.keyCertSign | KeyUsage.cRLSign;
        }
        return key.getAlgorithm().equals("RSA")
                ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                : KeyUsage.digitalSignature | KeyUsage.keyAgreement;
    }

    private GeneralNames names() {
        List<GeneralName> names = new ArrayList<>();
        for (String host : hosts) {
            int kind = ServerFiles.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName;
            names.add(new GeneralName(kind, ServerFiles.normal(host)));
        }
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    /// SHA-256 of the public key, cut to 160 bits (RFC 7093, method 1).
    private static byte[] keyIdentifier(SubjectPublicKeyInfo key) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(key.getPublicKeyData().getBytes());
        return Arrays.copyOf(hash, 20);
    }
}
