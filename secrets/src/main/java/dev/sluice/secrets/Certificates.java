package dev.sluice.secrets;

import dev.sluice.diagnosis.NodeFaults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
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

/// Certificates as text, and making them. Reading and writing is for everybody; issuing goes through
/// [CertificateAuthority].
public final class Certificates {
    private static final Pattern IP = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private Certificates() {}

    /// A certificate as PEM text.
    public static String toPem(X509Certificate certificate) {
        try {
            return Pem.write("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("the certificate cannot be encoded", e);
        }
    }

    /// A chain as PEM text, in the order given.
    public static String toPem(List<X509Certificate> chain) {
        StringBuilder text = new StringBuilder();
        chain.forEach(certificate -> text.append(toPem(certificate)));
        return text.toString();
    }

    /// The first certificate in PEM text.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException `CERTIFICATE_INVALID`
    public static X509Certificate fromPem(String text) {
        return chainFromPem(text).getFirst();
    }

    /// All certificates in PEM text, at least one.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException `CERTIFICATE_INVALID`
    public static List<X509Certificate> chainFromPem(String text) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Pem.Block block : Pem.read(text)) {
                if (block.label().equals("CERTIFICATE")) {
                    chain.add(decode(block.der()));
                }
            }
            if (chain.isEmpty()) {
                throw new CertificateException("there is no CERTIFICATE block in the text.");
            }
            return List.copyOf(chain);
        } catch (CertificateException | IllegalArgumentException e) {
            throw NodeFaults.CERTIFICATE_INVALID
                    .problem()
                    .evidence("detail", e.getMessage())
                    .from(e)
                    .exception();
        }
    }

    /// SHA-256 over the DER form, as lower-case hex: what a person compares and what names a key in
    /// [RequestSignature].
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificate cannot be encoded", e);
        }
    }

    static X509Certificate decode(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

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

    /// What is to be certified.
    ///
    /// @param hosts DNS names and IP addresses for the alternative names
    /// @param purposes extended key usages; empty for a certificate authority
    record Order(X500Name subject, PublicKey key, Duration validity, List<String> hosts, List<KeyPurposeId> purposes) {
        boolean isAuthority() {
            return purposes.isEmpty();
        }
    }

    static X509Certificate issue(Order order, X500Name issuer, PublicKey issuerKey, PrivateKey signer, Instant now)
            throws GeneralSecurityException, IOException {
        SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(order.key().getEncoded());
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                issuer,
                new BigInteger(126, Keys.RANDOM).setBit(125),
                // Clocks of nodes differ by minutes.
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(order.validity())),
                order.subject(),
                key);
        builder.addExtension(
                Extension.basicConstraints,
                true,
                order.isAuthority() ? new BasicConstraints(0) : new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage(order)));
        builder.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(key)));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(keyIdentifier(SubjectPublicKeyInfo.getInstance(issuerKey.getEncoded()))));
        if (!order.isAuthority()) {
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(order.purposes().toArray(KeyPurposeId[]::new)));
        }
        if (!order.hosts().isEmpty()) {
            builder.addExtension(Extension.subjectAlternativeName, false, names(order.hosts()));
        }
        return decode(builder.build(new EcSigner(signer)).getEncoded());
    }

    private static int usage(Order order) {
        if (order.isAuthority()) {
            return KeyUsage.keyCertSign | KeyUsage.cRLSign;
        }
        return order.key().getAlgorithm().equals("RSA")
                ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                : KeyUsage.digitalSignature | KeyUsage.keyAgreement;
    }

    private static GeneralNames names(List<String> hosts) throws IOException {
        List<GeneralName> names = new ArrayList<>();
        for (String host : hosts) {
            names.add(
                    IP.matcher(host).matches()
                            // An address is parsed, never looked up.
                            ? new GeneralName(
                                    GeneralName.iPAddress,
                                    InetAddress.ofLiteral(host).getHostAddress())
                            : new GeneralName(GeneralName.dNSName, host));
        }
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    /// SHA-256 of the public key, cut to 160 bits (RFC 7093, method 1).
    private static byte[] keyIdentifier(SubjectPublicKeyInfo key) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(key.getPublicKeyData().getBytes());
        return java.util.Arrays.copyOf(hash, 20);
    }
}
