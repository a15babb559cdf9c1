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
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

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
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        return either(factory -> factory.generatePrivate(spec));
    }

    /// @throws GeneralSecurityException when the key is of another kind or too weak
    static PublicKey publicKey(byte[] spki) throws GeneralSecurityException {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(spki);
        PublicKey key = either(factory -> factory.generatePublic(spec));
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

    private interface Generation<K> {
        K by(KeyFactory factory) throws InvalidKeySpecException;
    }

    /// The encoding names the algorithm; asking the two factories finds it without loading an ASN.1 library,
    /// which counts at start-up.
    private static <K> K either(Generation<K> generation) throws GeneralSecurityException {
        try {
            return generation.by(KeyFactory.getInstance("EC"));
        } catch (InvalidKeySpecException e) {
            try {
                return generation.by(KeyFactory.getInstance("RSA"));
            } catch (InvalidKeySpecException notRsaEither) {
                throw new InvalidKeyException("the key is not well formed, or neither EC nor RSA", e);
            }
        }
    }
}
