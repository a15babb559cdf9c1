package dev.sluice.secrets;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node's own key pair (EC P-256) and the certificate it got at registration, kept in a folder: `node.key`
/// (private and public key as PEM, owner only) and `node.pem` (certificate, then the authority's).
///
/// The private key never leaves the folder. Reading and writing is for one thread; the keys are for all.
public final class NodeKeys {
    public static final String KEY_FILE = "node.key";
    public static final String CERTIFICATE_FILE = "node.pem";

    private final Path folder;
    private final KeyPair pair;
    private volatile @Nullable Identity identity;

    private NodeKeys(Path folder, KeyPair pair, @Nullable Identity identity) {
        this.folder = folder;
        this.pair = pair;
        this.identity = identity;
    }

    /// Makes a key pair and stores it; an existing one is replaced.
    ///
    /// @throws ProblemException `CONFIGURATION_DAMAGED` when the folder cannot be written
    public static NodeKeys create(Path folder) {
        try {
            KeyPair pair = Keys.newP256();
            Files.deleteIfExists(folder.resolve(CERTIFICATE_FILE));
            PrivateFiles.writePrivate(
                    folder.resolve(KEY_FILE),
                    Pem.write("PRIVATE KEY", pair.getPrivate().getEncoded())
                            + Pem.write("PUBLIC KEY", pair.getPublic().getEncoded()));
            return new NodeKeys(folder, pair, null);
        } catch (IOException e) {
            throw damaged(folder.resolve(KEY_FILE), e.getClass().getSimpleName() + " " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot make EC keys", e);
        }
    }

    /// Reads what [#create] and [#accept] stored.
    ///
    /// @throws ProblemException `NOT_REGISTERED` when there is no key, `CONFIGURATION_DAMAGED` when a file
    /// cannot be used
    public static NodeKeys load(Path folder) {
        Path keyFile = folder.resolve(KEY_FILE);
        if (!Files.exists(keyFile)) {
            throw NodeFaults.NOT_REGISTERED.with("path", folder);
        }
        try {
            String text = Files.readString(keyFile);
            PublicKey open = Keys.publicKey(Pem.first(text, "PUBLIC KEY"));
            PrivateKey secret = Keys.privateKey(Pem.first(text, "PRIVATE KEY"));
            if (!Keys.match(secret, open)) {
                throw damaged(keyFile, "its two keys do not belong together.", null);
            }
            NodeKeys keys = new NodeKeys(folder, new KeyPair(open, secret), null);
            Path certificateFile = folder.resolve(CERTIFICATE_FILE);
            if (Files.exists(certificateFile)) {
                keys.identity = keys.checked(Certificates.chainFromPem(Files.readString(certificateFile)));
            }
            return keys;
        } catch (IOException e) {
            throw damaged(keyFile, e.getClass().getSimpleName() + " " + e.getMessage(), e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw damaged(keyFile, String.valueOf(e.getMessage()), e);
        }
    }

    /// The key with its certificates as PKCS#12, encrypted with that password (AES-256, PBKDF2): what `openssl pkcs12`
    /// reads.
    public byte[] export(char[] password) {
        Identity mine = identity();
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(Identity.ALIAS, mine.key(), password, mine.chain().toArray(X509Certificate[]::new));
            store.store(out, password);
            return out.toByteArray();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM cannot write PKCS#12", e);
        }
    }

    /// Stores what [#export] gave, in another folder.
    ///
    /// @throws ProblemException `CERTIFICATE_INVALID` when the password is wrong or it holds no node's key
    public static NodeKeys restore(Path folder, byte[] pkcs12, char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(pkcs12), password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.getKey(alias, password) instanceof PrivateKey secret
                        && store.getCertificate(alias) instanceof X509Certificate own) {
                    List<X509Certificate> chain = new ArrayList<>();
                    for (Certificate each : store.getCertificateChain(alias)) {
                        chain.add((X509Certificate) each);
                    }
                    KeyPair pair = new KeyPair(own.getPublicKey(), secret);
                    Files.deleteIfExists(folder.resolve(CERTIFICATE_FILE));
                    PrivateFiles.writePrivate(
                            folder.resolve(KEY_FILE),
                            Pem.write("PRIVATE KEY", secret.getEncoded())
                                    + Pem.write("PUBLIC KEY", own.getPublicKey().getEncoded()));
                    NodeKeys keys = new NodeKeys(folder, pair, null);
                    keys.accept(Certificates.toPem(chain));
                    return keys;
                }
            }
            throw NodeFaults.CERTIFICATE_INVALID.with("detail", "the file holds no private key with its certificate.");
        } catch (IOException | GeneralSecurityException e) {
            throw NodeFaults.CERTIFICATE_INVALID
                    .problem()
                    .evidence("detail", "the file cannot be opened; the password may be wrong: " + e.getMessage())
                    .from(e)
                    .exception();
        }
    }

    /// Whether a folder holds a node's key.
    public static boolean exist(Path folder) {
        return Files.exists(folder.resolve(KEY_FILE));
    }

    public PrivateKey privateKey() {
        return pair.getPrivate();
    }

    public PublicKey publicKey() {
        return pair.getPublic();
    }

    /// A PKCS#10 request in PEM, subject `CN=nodeName, OU=node, O=Sluice`, to send at registration.
    public String certificateRequest(String nodeName) {
        return CertificateRequest.make(pair, nodeName);
    }

    /// Stores the certificate the service issued, with the authority's behind it.
    ///
    /// @throws ProblemException `CERTIFICATE_INVALID` when it is for another key or not from that authority,
    /// `CONFIGURATION_DAMAGED` when it cannot be written
    public Identity accept(String chainPem) {
        Identity checked = checked(Certificates.chainFromPem(chainPem));
        try {
            PrivateFiles.writePublic(folder.resolve(CERTIFICATE_FILE), Certificates.toPem(checked.chain()));
        } catch (IOException e) {
            throw damaged(folder.resolve(CERTIFICATE_FILE), e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
        identity = checked;
        return checked;
    }

    /// The key with its certificate.
    ///
    /// @throws ProblemException `NOT_REGISTERED` when there is no certificate yet
    public Identity identity() {
        Identity known = identity;
        if (known == null) {
            throw NodeFaults.NOT_REGISTERED.with("path", folder);
        }
        return known;
    }

    /// Whether a certificate has been accepted.
    public boolean isCertified() {
        return identity != null;
    }

    private Identity checked(List<X509Certificate> chain) {
        if (!chain.getFirst().getPublicKey().equals(pair.getPublic())) {
            throw NodeFaults.CERTIFICATE_INVALID.with("detail", "it is not for this node's key.");
        }
        for (int i = 0; i + 1 < chain.size(); i++) {
            try {
                chain.get(i).verify(chain.get(i + 1).getPublicKey());
            } catch (GeneralSecurityException e) {
                throw NodeFaults.CERTIFICATE_INVALID
                        .problem()
                        .evidence("detail", "its chain is broken at certificate " + (i + 1) + ".")
                        .from(e)
                        .exception();
            }
        }
        return new Identity(pair.getPrivate(), chain);
    }

    private static ProblemException damaged(Path path, String detail, @Nullable Exception origin) {
        var problem = NodeFaults.CONFIGURATION_DAMAGED
                .problem()
                .evidence("path", path)
                .evidence("detail", detail);
        return (origin == null ? problem : problem.from(origin)).exception();
    }
}
