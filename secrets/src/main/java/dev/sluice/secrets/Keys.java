package dev.sluice.secrets;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// Key pairs by the JDK's own providers.
final class Keys {
    /// One generator for the process; seeded by the operating system.
    static final SecureRandom RANDOM = new SecureRandom();

    private Keys() {}

    static KeyPair newP256() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    static PrivateKey privateKey(byte[] pkcs8) throws GeneralSecurityException {
        String algorithm = name(() -> PrivateKeyInfo.getInstance(pkcs8).getPrivateKeyAlgorithm());
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /// @throws GeneralSecurityException when the key is of another kind or too weak
    static PublicKey publicKey(byte[] spki) throws GeneralSecurityException {
        String algorithm = name(() -> SubjectPublicKeyInfo.getInstance(spki).getAlgorithm());
        PublicKey key = KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(spki));
        check(key);
        return key;
    }

    /// @throws InvalidKeyException when the key is of another kind or too weak
    static void check(PublicKey key) throws InvalidKeyException {
        boolean strong = switch (key) {
            case RSAKey rsa -> rsa.getModulus().bitLength() >= 2048;
            case ECKey ec -> ec.getParams().getCurve().getField().getFieldSize() >= 256;
            default -> throw new InvalidKeyException(key.getAlgorithm() + " keys are not supported");
        };
        if (!strong) {
            throw new InvalidKeyException("the " + key.getAlgorithm() + " key is too short");
        }
    }

    /// Whether the two belong together.
    static boolean match(PrivateKey secret, PublicKey open) throws GeneralSecurityException {
        String algorithm = secret.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        byte[] sample = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret, RANDOM);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(open);
        signature.update(sample);
        return signature.verify(signed);
    }

    private static String name(Supplier<AlgorithmIdentifier> read) throws InvalidKeyException {
        ASN1ObjectIdentifier algorithm;
        try {
            algorithm = read.get().getAlgorithm();
        } catch (RuntimeException e) {
            // The ASN.1 classes report malformed input by several unchecked exceptions.
            throw new InvalidKeyException("the key is not well formed", e);
        }
        if (X9ObjectIdentifiers.id_ecPublicKey.equals(algorithm)) {
            return "EC";
        }
        if (PKCSObjectIdentifiers.rsaEncryption.equals(algorithm)) {
            return "RSA";
        }
        throw new InvalidKeyException("keys of algorithm " + algorithm + " are not supported");
    }
}
