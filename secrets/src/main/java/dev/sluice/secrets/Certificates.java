package dev.sluice.secrets;

import dev.sluice.diagnosis.NodeFaults;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Certificates as text, in and out. Issuing them is [CertificateAuthority]'s.
public final class Certificates {
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
}
