package dev.sluice.secrets;

import dev.sluice.diagnosis.CertificateFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/// What a file of certificates holds: PEM (certificates, and a key as PKCS#8 open or encrypted, PKCS#1 or
/// SEC1), DER, or PKCS#12 (`.pfx`, `.p12`). Other kinds are named and refused with the command that
/// converts them.
///
/// @param certificates the one that belongs to the key first, else in the order of the file; never empty
/// @param key null when the file holds none
public record CertificateFile(
        List<X509Certificate> certificates, @Nullable PrivateKey key) {
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    public CertificateFile {
        certificates = List.copyOf(certificates);
    }

    /// @param password opens PKCS#12 and encrypted keys; empty when there is none
    /// @throws ProblemException a [CertificateFaults] that names the file and the cause
    public static CertificateFile read(Path file, char[] password) {
        byte[] bytes = bytes(file);
        try {
            return switch (Shape.of(bytes)) {
                case PEM -> pem(file, new String(bytes, StandardCharsets.ISO_8859_1), password);
                case PKCS12 -> pkcs12(file, bytes, password);
                case DER -> new CertificateFile(List.of(Certificates.decode(bytes)), null);
                case JKS ->
                    throw unsupported(
                            file,
                            "a Java key store (JKS)",
                            "keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 -deststoretype pkcs12");
                case PVK ->
                    throw unsupported(
                            file,
                            "a Microsoft private key file (PVK)",
                            "openssl rsa -inform PVK -in FILE -out KEY.pem");
                case OTHER ->
                    throw unsupported(
                            file,
                            "neither PEM, DER nor PKCS#12",
                            "openssl pkcs12 -export -inkey KEY.pem -in CERT.pem -out FILE.p12");
            };
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw CertificateFaults.FILE_UNSUPPORTED
                    .problem()
                    .evidence("file", file)
                    .evidence("kind", "damaged: " + e.getMessage())
                    .evidence("command", "openssl pkcs12 -export -inkey KEY.pem -in CERT.pem -out FILE.p12")
                    .from(e)
                    .exception();
        }
    }

    private enum Shape {
        PEM,
        DER,
        PKCS12,
        JKS,
        PVK,
        OTHER;

        static Shape of(byte[] bytes) {
            int magic = bytes.length < 4 ? 0 : java.nio.ByteBuffer.wrap(bytes).getInt();
            if (magic == 0xfeedfeed || magic == 0xcececece) {
                return JKS;
            }
            if (magic == 0x1ef1b5b0) {
                return PVK;
            }
            if (bytes.length > 16 && bytes[0] == 0x30) {
                // A PKCS#12 begins with its version, the number 3; a certificate with another sequence.
                int length = bytes[1] & 0xff;
                int inner = 2 + (length > 0x80 ? length - 0x80 : 0);
                return inner + 2 < bytes.length && bytes[inner] == 2 ? PKCS12 : DER;
            }
            String start = new String(bytes, 0, Math.min(bytes.length, 64 * 1024), StandardCharsets.ISO_8859_1);
            return start.contains("-----BEGIN ") ? PEM : OTHER;
        }
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw unsupported(file, "larger than " + MAX_BYTES + " bytes", "openssl x509 -in FILE -out CERT.pem");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ProblemException unreadable(Path file, IOException e) {
        String owner = "unknown";
        String mode = "unknown";
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            owner = attributes.owner().getName() + ":" + attributes.group().getName();
            mode = PosixFilePermissions.toString(attributes.permissions());
        } catch (IOException | UnsupportedOperationException unknown) {
            // The folder is closed too, or there is no such file: said as it is.
            owner = "unknown";
        }
        String detail = e instanceof NoSuchFileException
                ? "there is no such file"
                : e instanceof java.nio.file.AccessDeniedException
                        ? "permission denied"
                        : String.valueOf(e.getMessage());
        return CertificateFaults.FILE_UNREADABLE
                .problem()
                .evidence("file", file)
                .evidence("account", System.getProperty("user.name"))
                .evidence("detail", detail)
                .evidence("owner", owner)
                .evidence("mode", mode)
                .from(e)
                .exception();
    }

    private static ProblemException unsupported(Path file, String kind, String command) {
        return CertificateFaults.FILE_UNSUPPORTED.with(
                "file", file, "kind", kind, "command", command.replace("FILE", file.toString()));
    }

    private static CertificateFile pem(Path file, String text, char[] password)
            throws GeneralSecurityException, IOException {
        // OpenSSL's own encryption derives the key from the password by one round of MD5.
        if (text.contains("Proc-Type: 4,ENCRYPTED")) {
            throw unsupported(
                    file, "encrypted in OpenSSL's traditional, weak way", "openssl pkcs8 -topk8 -in FILE -out KEY.pem");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        PrivateKey key = null;
        for (Pem.Block block : Pem.read(text)) {
            switch (block.label()) {
                case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" ->
                    certificates.add(Certificates.decode(block.der()));
                case "PRIVATE KEY" -> key = Keys.privateKey(block.der());
                case "RSA PRIVATE KEY" -> key = Keys.privateKey(pkcs1(block.der()));
                case "EC PRIVATE KEY" -> key = Keys.privateKey(sec1(block.der()));
                case "ENCRYPTED PRIVATE KEY" -> key = Keys.privateKey(opened(file, block.der(), password));
                default -> {
                    // Parameters, requests, comments of tools.
                }
            }
        }
        if (certificates.isEmpty()) {
            throw unsupported(
                    file, "without a CERTIFICATE block", "put certificate and key into one file: cat CERT.pem KEY.pem");
        }
        return ordered(certificates, key);
    }

    private static byte[] pkcs1(byte[] der) throws IOException {
        return info(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption), RSAPrivateKey.getInstance(der));
    }

    private static byte[] sec1(byte[] der) throws IOException {
        ECPrivateKey key = ECPrivateKey.getInstance(der);
        return info(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
    }

    private static byte[] info(AlgorithmIdentifier algorithm, ASN1Encodable key) throws IOException {
        return new PrivateKeyInfo(algorithm, key).getEncoded();
    }

    private static byte[] opened(Path file, byte[] der, char[] password) throws IOException {
        PBEKeySpec spec = new PBEKeySpec(password);
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
            String algorithm = info.getAlgParameters() == null
                    ? info.getAlgName()
                    : info.getAlgParameters().toString();
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(spec),
                    info.getAlgParameters());
            return info.getKeySpec(cipher).getEncoded();
        } catch (GeneralSecurityException e) {
            throw CertificateFaults.PASSWORD_WRONG
                    .problem()
                    .evidence("file", file)
                    .from(e)
                    .exception();
        } finally {
            spec.clearPassword();
        }
    }

    private static CertificateFile pkcs12(Path file, byte[] bytes, char[] password)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(new ByteArrayInputStream(bytes), password);
        } catch (IOException e) {
            if (e.getCause() instanceof java.security.UnrecoverableKeyException) {
                throw CertificateFaults.PASSWORD_WRONG
                        .problem()
                        .evidence("file", file)
                        .from(e)
                        .exception();
            }
            throw e;
        }
        List<X509Certificate> loose = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            Key key = store.isKeyEntry(alias) ? store.getKey(alias, password) : null;
            if (key instanceof PrivateKey secret) {
                List<X509Certificate> chain = new ArrayList<>();
                for (Certificate c : store.getCertificateChain(alias)) {
                    chain.add((X509Certificate) c);
                }
                return new CertificateFile(chain, secret);
            }
            if (store.getCertificate(alias) instanceof X509Certificate c) {
                loose.add(c);
            }
        }
        if (loose.isEmpty()) {
            throw unsupported(
                    file,
                    "a PKCS#12 file without a certificate that is marked for use",
                    "openssl pkcs12 -export -inkey KEY.pem -in CERT.pem -out FILE");
        }
        return new CertificateFile(loose, null);
    }

    private static CertificateFile ordered(List<X509Certificate> certificates, @Nullable PrivateKey key)
            throws GeneralSecurityException {
        if (key != null) {
            for (X509Certificate c : List.copyOf(certificates)) {
                if (Keys.match(key, c.getPublicKey())) {
                    certificates.remove(c);
                    certificates.addFirst(c);
                    break;
                }
            }
        }
        return new CertificateFile(certificates, key);
    }

    /// Whether the key, where there is one, is the first certificate's.
    public boolean belongTogether() {
        try {
            return key == null || Keys.match(key, certificates.getFirst().getPublicKey());
        } catch (GeneralSecurityException e) {
            // Keys of different kinds.
            return false;
        }
    }
}
