package dev.sluice.secrets;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientIdentifier;
import org.bouncycastle.asn1.cms.KeyAgreeRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorIdentifierOrKey;
import org.bouncycastle.asn1.cms.OriginatorPublicKey;
import org.bouncycastle.asn1.cms.RecipientEncryptedKey;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.cms.RecipientKeyIdentifier;
import org.bouncycastle.asn1.cms.ecc.ECCCMSSharedInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/// The content key for an EC certificate: KeyAgreeRecipientInfo with ephemeral-static ECDH (RFC 5753): the shared
/// secret of a fresh key and the certificate's key goes through the X9.63 derivation and wraps the content key.
final class EcAgreement {
    /// Key derivation scheme to its hash. SHA-1 is what `openssl cms` uses unless told otherwise.
    private static final Map<ASN1ObjectIdentifier, String> SCHEMES = Map.of(
            SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme, "SHA-256",
            SECObjectIdentifiers.dhSinglePass_stdDH_sha384kdf_scheme, "SHA-384",
            SECObjectIdentifiers.dhSinglePass_stdDH_sha512kdf_scheme, "SHA-512",
            X9ObjectIdentifiers.dhSinglePass_stdDH_sha1kdf_scheme, "SHA-1");

    /// Key wrap to the size of its key in bytes.
    private static final Map<ASN1ObjectIdentifier, Integer> WRAPS = Map.of(
            NISTObjectIdentifiers.id_aes256_wrap, 32,
            NISTObjectIdentifiers.id_aes192_wrap, 24,
            NISTObjectIdentifiers.id_aes128_wrap, 16);

    private EcAgreement() {}

    static ASN1Encodable seal(X509Certificate recipient, byte[] contentKey) throws GeneralSecurityException {
        ECPublicKey theirs = (ECPublicKey) recipient.getPublicKey();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(theirs.getParams(), Keys.RANDOM);
        KeyPair fresh = generator.generateKeyPair();
        AlgorithmIdentifier wrap = new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_wrap);
        byte[] wrapped;
        try {
            byte[] kek = derive("SHA-256", agree(fresh.getPrivate(), theirs), wrap, null);
            wrapped = wrap(kek).wrap(new SecretKeySpec(contentKey, "AES"));
            Arrays.fill(kek, (byte) 0);
        } catch (IOException e) {
            throw new GeneralSecurityException("the key cannot be wrapped", e);
        }
        SubjectPublicKeyInfo open =
                SubjectPublicKeyInfo.getInstance(fresh.getPublic().getEncoded());
        OriginatorIdentifierOrKey originator = new OriginatorIdentifierOrKey(new OriginatorPublicKey(
                open.getAlgorithm(), open.getPublicKeyData().getBytes()));
        return new RecipientInfo(new KeyAgreeRecipientInfo(
                originator,
                null,
                new AlgorithmIdentifier(SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme, wrap),
                new DERSequence(new RecipientEncryptedKey(identifier(recipient), new DEROctetString(wrapped)))));
    }

    private static Cipher wrap(byte[] kek) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AESWrap");
        cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(kek, "AES"));
        return cipher;
    }

    private static KeyAgreeRecipientIdentifier identifier(X509Certificate recipient) {
        byte[] key = Recipient.keyIdentifier(recipient);
        return key != null
                ? new KeyAgreeRecipientIdentifier(new RecipientKeyIdentifier(key))
                : new KeyAgreeRecipientIdentifier(
                        new IssuerAndSerialNumber(Recipient.issuerName(recipient), recipient.getSerialNumber()));
    }

    static List<Recipient> recipients(ASN1Encodable info) {
        List<Recipient> found = new ArrayList<>();
        if (info instanceof KeyAgreeRecipientInfo agreement) {
            for (ASN1Encodable element : agreement.getRecipientEncryptedKeys()) {
                found.add(recipient(RecipientEncryptedKey.getInstance(element).getIdentifier()));
            }
        }
        return found;
    }

    private static Recipient recipient(KeyAgreeRecipientIdentifier identifier) {
        return identifier.getRKeyID() != null
                ? Recipient.of(identifier.getRKeyID().getSubjectKeyIdentifier())
                : Recipient.of(identifier.getIssuerAndSerialNumber());
    }

    /// The content key, or null when the certificate is not meant.
    static byte @Nullable [] open(ASN1Encodable info, PrivateKey key, X509Certificate certificate)
            throws GeneralSecurityException, IOException {
        if (!(info instanceof KeyAgreeRecipientInfo agreement)) {
            return null;
        }
        for (ASN1Encodable element : agreement.getRecipientEncryptedKeys()) {
            RecipientEncryptedKey wrapped = RecipientEncryptedKey.getInstance(element);
            if (recipient(wrapped.getIdentifier()).matches(certificate)) {
                return unwrap(agreement, wrapped, key, certificate);
            }
        }
        return null;
    }

    private static byte[] unwrap(
            KeyAgreeRecipientInfo agreement, RecipientEncryptedKey wrapped, PrivateKey key, X509Certificate certificate)
            throws GeneralSecurityException, IOException {
        AlgorithmIdentifier scheme = agreement.getKeyEncryptionAlgorithm();
        String hash = SCHEMES.get(scheme.getAlgorithm());
        AlgorithmIdentifier wrap = AlgorithmIdentifier.getInstance(scheme.getParameters());
        if (hash == null || wrap == null || !WRAPS.containsKey(wrap.getAlgorithm())) {
            throw new GeneralSecurityException("the key agreement " + scheme.getAlgorithm() + " is not supported");
        }
        OriginatorPublicKey originator = agreement.getOriginator().getOriginatorKey();
        if (originator == null) {
            throw new GeneralSecurityException("the sender's key is missing");
        }
        byte[] shared = agree(key, senderKey(originator, certificate));
        byte[] kek = derive(hash, shared, wrap, agreement.getUserKeyingMaterial());
        Cipher cipher = Cipher.getInstance("AESWrap");
        cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(kek, "AES"));
        Arrays.fill(kek, (byte) 0);
        try {
            return cipher.unwrap(wrapped.getEncryptedKey().getOctets(), "AES", Cipher.SECRET_KEY)
                    .getEncoded();
        } catch (java.security.InvalidKeyException e) {
            throw new GeneralSecurityException("the key in it was changed or belongs to another certificate", e);
        }
    }

    /// The sender's point on the recipient's curve, which is what the curve left out by the sender means; a
    /// point off that curve is refused by the provider.
    private static PublicKey senderKey(OriginatorPublicKey originator, X509Certificate certificate)
            throws GeneralSecurityException, IOException {
        AlgorithmIdentifier own = SubjectPublicKeyInfo.getInstance(
                        certificate.getPublicKey().getEncoded())
                .getAlgorithm();
        SubjectPublicKeyInfo sender =
                new SubjectPublicKeyInfo(own, originator.getPublicKeyData().getBytes());
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(sender.getEncoded(ASN1Encoding.DER)));
    }

    private static byte[] agree(PrivateKey own, PublicKey other) throws GeneralSecurityException {
        KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(own);
        agreement.doPhase(other, true);
        return agreement.generateSecret();
    }

    /// ANSI X9.63 key derivation with ECC-CMS-SharedInfo; wipes the shared secret.
    private static byte[] derive(
            String hash, byte[] shared, AlgorithmIdentifier wrap, @Nullable ASN1OctetString keyingMaterial)
            throws GeneralSecurityException, IOException {
        int size = WRAPS.getOrDefault(wrap.getAlgorithm(), 0);
        byte[] bits = ByteBuffer.allocate(4).putInt(size * 8).array();
        ECCCMSSharedInfo info = keyingMaterial == null
                ? new ECCCMSSharedInfo(wrap, bits)
                : new ECCCMSSharedInfo(wrap, keyingMaterial.getOctets(), bits);
        byte[] suffix = info.getEncoded(ASN1Encoding.DER);
        MessageDigest digest = MessageDigest.getInstance(hash);
        byte[] key = new byte[size];
        int at = 0;
        for (int counter = 1; at < size; counter++) {
            digest.update(shared);
            digest.update(ByteBuffer.allocate(4).putInt(counter).array());
            byte[] block = digest.digest(suffix);
            int count = Math.min(block.length, size - at);
            System.arraycopy(block, 0, key, at, count);
            at += count;
        }
        Arrays.fill(shared, (byte) 0);
        return key;
    }
}
