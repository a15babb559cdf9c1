package dev.sluice.secrets;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;

/// How an [Envelope] names one of those who can open it: by key or by certificate.
public sealed interface Recipient {
    /// Whether this names the certificate.
    boolean matches(X509Certificate certificate);

    /// By the certificate's subject key identifier: the certificate may be renewed as long as its key stays.
    ///
    /// @param identifier lower-case hex
    record ByKey(String identifier) implements Recipient {
        @Override
        public boolean matches(X509Certificate certificate) {
            byte[] own = keyIdentifier(certificate);
            return own != null && HexFormat.of().formatHex(own).equals(identifier);
        }
    }

    /// By issuer and serial number.
    ///
    /// @param issuer distinguished name as RFC 4514 text
    record ByCertificate(String issuer, BigInteger serialNumber) implements Recipient {
        @Override
        public boolean matches(X509Certificate certificate) {
            return serialNumber.equals(certificate.getSerialNumber())
                    && issuer.equals(issuerName(certificate).toString());
        }
    }

    static Recipient of(ASN1OctetString keyIdentifier) {
        return new ByKey(HexFormat.of().formatHex(keyIdentifier.getOctets()));
    }

    static Recipient of(IssuerAndSerialNumber certificate) {
        return new ByCertificate(
                certificate.getName().toString(), certificate.getSerialNumber().getValue());
    }

    /// The subject key identifier extension's value; null when the certificate has none.
    static byte @Nullable [] keyIdentifier(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue("2.5.29.14");
        if (extension == null) {
            return null;
        }
        byte[] inner = ASN1OctetString.getInstance(extension).getOctets();
        return ASN1OctetString.getInstance(inner).getOctets();
    }

    static X500Name issuerName(X509Certificate certificate) {
        return X500Name.getInstance(certificate.getIssuerX500Principal().getEncoded());
    }

    /// What a person can recognise: subject and serial number.
    static String describe(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName() + " serial "
                + certificate.getSerialNumber().toString(16);
    }
}
