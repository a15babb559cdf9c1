package dev.sluice.secrets;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.ServiceFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;

/// The service's own certificate authority: made at the first start, it certifies the service's TLS server and
/// its nodes. EC P-256, valid for ten years. Its key is the file `ca.key` (owner only), its certificate `ca.pem`.
///
/// Immutable after opening; for any number of threads. Opening reads or writes files; issuing touches none.
public final class CertificateAuthority {
    /// The authority's certificate, to hand to clients.
    public static final String CERTIFICATE_FILE = "ca.pem";
    /// The authority's private key.
    public static final String KEY_FILE = "ca.key";

    static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3652);
    static final Duration SERVER_VALIDITY = Duration.ofDays(397);
    static final Duration NODE_VALIDITY = Duration.ofDays(730);

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final InstantSource clock;

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, InstantSource clock) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
    }

    /// Opens the authority in a folder, or makes it when the folder has none. The folder is created if needed.
    ///
    /// @throws ProblemException `AUTHORITY_DAMAGED` when only one of the two files is there, they cannot be read
    /// or do not belong together, or the authority has expired
    public static CertificateAuthority openOrCreate(Path folder, InstantSource clock) {
        Path certificateFile = folder.resolve(CERTIFICATE_FILE);
        Path keyFile = folder.resolve(KEY_FILE);
        try {
            boolean hasCertificate = Files.exists(certificateFile);
            boolean hasKey = Files.exists(keyFile);
            if (!hasCertificate) {
                // The certificate is written last: a key alone is a first start that was cut off.
                return create(certificateFile, keyFile, clock);
            }
            if (!hasKey) {
                throw damaged(keyFile, "the file is missing.", null);
            }
            return open(certificateFile, keyFile, clock);
        } catch (IOException e) {
            throw damaged(folder, e.getClass().getSimpleName() + " " + e.getMessage(), e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw damaged(keyFile, String.valueOf(e.getMessage()), e);
        }
    }

    private static CertificateAuthority create(Path certificateFile, Path keyFile, InstantSource clock)
            throws IOException, GeneralSecurityException {
        KeyPair pair = Keys.newP256();
        X500Name name = CertificateOrder.subject("Sluice certificate authority", "service");
        X509Certificate certificate = new CertificateOrder(
                        name, pair.getPublic(), AUTHORITY_VALIDITY, List.of(), List.of())
                .issue(name, pair.getPublic(), pair.getPrivate(), clock.instant());
        PrivateFiles.writePrivate(
                keyFile, Pem.write("PRIVATE KEY", pair.getPrivate().getEncoded()));
        PrivateFiles.writePublic(certificateFile, Certificates.toPem(certificate));
        return new CertificateAuthority(certificate, pair.getPrivate(), clock);
    }

    private static CertificateAuthority open(Path certificateFile, Path keyFile, InstantSource clock)
            throws IOException, GeneralSecurityException {
        X509Certificate certificate = Certificates.decode(Pem.first(Files.readString(certificateFile), "CERTIFICATE"));
        PrivateKey key = Keys.privateKey(Pem.first(Files.readString(keyFile), "PRIVATE KEY"));
        if (!Keys.match(key, certificate.getPublicKey())) {
            throw damaged(keyFile, "the key does not belong to " + certificateFile.getFileName() + ".", null);
        }
        if (clock.instant().isAfter(certificate.getNotAfter().toInstant())) {
            throw damaged(
                    certificateFile,
                    "the certificate expired at " + certificate.getNotAfter().toInstant() + ".",
                    null);
        }
        return new CertificateAuthority(certificate, key, clock);
    }

    /// The authority's own certificate.
    public X509Certificate certificate() {
        return certificate;
    }

    /// The TLS identity of the service kept in `folder` (`NAME.pem`, `NAME.key`): read when it is there, covers
    /// the hosts, comes from this authority and is valid for 30 more days, else made anew.
    ///
    /// A certificate of another issuer is the operator's own: it is taken as it is and never written over, whatever
    /// its names and dates.
    ///
    /// @param hosts DNS names and IP addresses the server is reached by
    /// @throws ProblemException `AUTHORITY_DAMAGED` when the files cannot be written, `CERTIFICATE_INVALID` when
    ///     the operator's own certificate has no key that fits
    public Identity serverIdentity(Path folder, String name, List<String> hosts) {
        Path certificateFile = folder.resolve(name + ".pem");
        Path keyFile = folder.resolve(name + ".key");
        try {
            Identity kept = ServerFiles.read(certificateFile, keyFile);
            boolean own = isOperators(ServerFiles.certificate(certificateFile));
            if (kept != null && (own || isUsable(kept, hosts))) {
                return kept;
            }
            if (own) {
                throw NodeFaults.CERTIFICATE_INVALID
                        .problem()
                        .evidence(
                                "detail",
                                keyFile + " does not hold the private key (PEM, PKCS#8) of " + certificateFile)
                        .exception();
            }
            Identity made = issueServer(name, hosts);
            PrivateFiles.writePrivate(
                    keyFile, Pem.write("PRIVATE KEY", made.key().getEncoded()));
            PrivateFiles.writePublic(certificateFile, Certificates.toPem(made.chain()));
            return made;
        } catch (IOException e) {
            throw damaged(keyFile, e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }

    /// By the issuer's name, not by its signature: what an earlier authority of this service issued is not foreign.
    private boolean isOperators(@Nullable X509Certificate kept) {
        return kept != null && !kept.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
    }

    private boolean isUsable(Identity identity, List<String> hosts) {
        Instant later = clock.instant().plus(Duration.ofDays(30));
        return issued(identity.certificate())
                && later.isBefore(identity.certificate().getNotAfter().toInstant())
                && ServerFiles.hosts(identity.certificate())
                        .containsAll(hosts.stream().map(ServerFiles::normal).toList());
    }

    /// A new key and server certificate for these DNS names and IP addresses. Nothing is written.
    ///
    /// @throws ProblemException `CERTIFICATE_INVALID` when a host cannot be written into a certificate
    public Identity issueServer(String name, List<String> hosts) {
        try {
            KeyPair pair = Keys.newP256();
            X509Certificate issued = issue(
                    name, "server", pair.getPublic(), SERVER_VALIDITY, hosts, List.of(KeyPurposeId.id_kp_serverAuth));
            return new Identity(pair.getPrivate(), List.of(issued, certificate));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM cannot issue certificates", e);
        } catch (IllegalArgumentException e) {
            throw uncertifiable(e);
        }
    }

    /// Certifies a node by its PKCS#10 request in PEM. The request proves possession of the key by its
    /// signature; the subject in it is not used, `nodeName` is.
    ///
    /// @param hosts names the node is reached by on the intranet port; may be empty
    /// @throws ProblemException `CERTIFICATE_INVALID`
    public X509Certificate issueNode(String requestPem, String nodeName, List<String> hosts) {
        return issueNode(CertificateRequest.fromPem(requestPem).provenKey(), nodeName, hosts);
    }

    /// Certifies a node whose possession of the key is known in another way.
    ///
    /// @throws ProblemException `CERTIFICATE_INVALID` when the key is too weak
    public X509Certificate issueNode(PublicKey nodeKey, String nodeName, List<String> hosts) {
        try {
            Keys.check(nodeKey);
            return issue(
                    nodeName,
                    "node",
                    nodeKey,
                    NODE_VALIDITY,
                    hosts,
                    List.of(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw uncertifiable(e);
        }
    }

    private X509Certificate issue(
            String name,
            String unit,
            PublicKey subjectKey,
            Duration validity,
            List<String> hosts,
            List<KeyPurposeId> purposes)
            throws GeneralSecurityException, IOException {
        return new CertificateOrder(CertificateOrder.subject(name, unit), subjectKey, validity, hosts, purposes)
                .issue(
                        X500Name.getInstance(
                                certificate.getSubjectX500Principal().getEncoded()),
                        certificate.getPublicKey(),
                        key,
                        clock.instant());
    }

    /// Whether this authority signed the certificate and it is valid now.
    public boolean issued(X509Certificate other) {
        try {
            other.verify(certificate.getPublicKey());
            other.checkValidity(java.util.Date.from(clock.instant()));
            return other.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static ProblemException uncertifiable(Exception e) {
        return NodeFaults.CERTIFICATE_INVALID
                .problem()
                .evidence("detail", e.getMessage())
                .from(e)
                .exception();
    }

    private static ProblemException damaged(Path path, String detail, @Nullable Exception origin) {
        var problem =
                ServiceFaults.AUTHORITY_DAMAGED.problem().evidence("path", path).evidence("detail", detail);
        return (origin == null ? problem : problem.from(origin)).exception();
    }
}
