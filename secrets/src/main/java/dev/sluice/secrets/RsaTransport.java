package dev.sluice.secrets;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientIdentifier;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/// The content key for an RSA certificate: KeyTransRecipientInfo with RSAES-OAEP (RFC 3560), SHA-256 for both
/// hashes.
final class RsaTransport {
    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

    private RsaTransport() {}

    static ASN1Encodable seal(X509Certificate recipient, byte[] contentKey) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(Cipher.ENCRYPT_MODE, recipient.getPublicKey(), OAEP, Keys.RANDOM);
        AlgorithmIdentifier sha256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_RSAES_OAEP,
                new RSAESOAEPparams(
                        sha256,
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, sha256),
                        RSAESOAEPparams.DEFAULT_P_SOURCE_ALGORITHM));
        return new RecipientInfo(new KeyTransRecipientInfo(
                identifier(recipient), algorithm, new DEROctetString(cipher.doFinal(contentKey))));
    }

    private static RecipientIdentifier identifier(X509Certificate recipient) {
        byte[] key = Recipient.keyIdentifier(recipient);
        return key != null
                ? new RecipientIdentifier(new DEROctetString(key))
                : new RecipientIdentifier(
                        new IssuerAndSerialNumber(Recipient.issuerName(recipient), recipient.getSerialNumber()));
    }

    static List<Recipient> recipients(ASN1Encodable info) {
        return info instanceof KeyTransRecipientInfo transport
                ? List.of(recipient(transport.getRecipientIdentifier()))
                : List.of();
    }

    private static Recipient recipient(RecipientIdentifier identifier) {
        return identifier.isTagged()
                ? Recipient.of(ASN1OctetString.getInstance(identifier.getId()))
                : Recipient.of(IssuerAndSerialNumber.getInstance(identifier.getId()));
    }

    /// The content key, or null when the certificate is not meant. A key that cannot be decrypted is replaced by
    /// a random one, so that bad padding shows as a bad authentication tag and in no other way (RFC 3218).
    static byte @Nullable [] open(ASN1Encodable info, PrivateKey key, X509Certificate certificate, int size)
            throws GeneralSecurityException {
        if (!(info instanceof KeyTransRecipientInfo transport)
                || !recipient(transport.getRecipientIdentifier()).matches(certificate)) {
            return null;
        }
        Cipher cipher = cipher(transport.getKeyEncryptionAlgorithm(), key);
        byte[] substitute = new byte[size];
        Keys.RANDOM.nextBytes(substitute);
        try {
            byte[] opened = cipher.doFinal(transport.getEncryptedKey().getOctets());
            return opened.length == size ? opened : substitute;
        } catch (GeneralSecurityException e) {
            return substitute;
        }
    }

    private static Cipher cipher(AlgorithmIdentifier algorithm, PrivateKey key) throws GeneralSecurityException {
        if (PKCSObjectIdentifiers.rsaEncryption.equals(algorithm.getAlgorithm())) {
            Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
            cipher.init(Cipher.DECRYPT_MODE, key);
            return cipher;
        }
        if (PKCSObjectIdentifiers.id_RSAES_OAEP.equals(algorithm.getAlgorithm())) {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, oaep(algorithm.getParameters()));
            return cipher;
        }
        throw new GeneralSecurityException("the key transport " + algorithm.getAlgorithm() + " is not supported");
    }

    private static AlgorithmParameterSpec oaep(@Nullable ASN1Encodable parameters) throws GeneralSecurityException {
        RSAESOAEPparams oaep = parameters == null ? new RSAESOAEPparams() : RSAESOAEPparams.getInstance(parameters);
        String hash = hash(oaep.getHashAlgorithm().getAlgorithm());
        String mask =
                hash(AlgorithmIdentifier.getInstance(oaep.getMaskGenAlgorithm().getParameters())
                        .getAlgorithm());
        return new OAEPParameterSpec(hash, "MGF1", new MGF1ParameterSpec(mask), PSource.PSpecified.DEFAULT);
    }

    private static String hash(ASN1ObjectIdentifier algorithm) throws GeneralSecurityException {
        if (NISTObjectIdentifiers.id_sha256.equals(algorithm)) {
            return "SHA-256";
        }
        if (NISTObjectIdentifiers.id_sha384.equals(algorithm)) {
            return "SHA-384";
        }
        if (NISTObjectIdentifiers.id_sha512.equals(algorithm)) {
            return "SHA-512";
        }
        if (OIWObjectIdentifiers.idSHA1.equals(algorithm)) {
            return "SHA-1";
        }
        throw new GeneralSecurityException("the OAEP hash " + algorithm + " is not supported");
    }
}
