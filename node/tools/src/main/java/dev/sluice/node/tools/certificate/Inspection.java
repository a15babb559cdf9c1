package dev.sluice.node.tools.certificate;

import dev.sluice.diagnosis.CertificateFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.secrets.CertificateFile;
import dev.sluice.secrets.chain.ChainCheck;
import dev.sluice.secrets.chain.ChainReport;
import dev.sluice.secrets.chain.Link;
import dev.sluice.secrets.chain.RevocationPolicy;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Looks at a server or a file and says what a peer would think of its certificate.
public final class Inspection {
    private final List<X509Certificate> anchors;
    private final RevocationPolicy policy;
    private final InstantSource clock;

    /// @param authorities trusted besides those of the JVM
    public Inspection(List<X509Certificate> authorities, RevocationPolicy policy, InstantSource clock) {
        this.anchors = new ArrayList<>(authorities);
        anchors.addAll(ofTheJvm());
        this.policy = policy;
        this.clock = clock;
    }

    /// What was found.
    ///
    /// @param protocol of the connection that was made; empty for a file
    /// @param hasKey whether a private key was there; always false for a server
    public record Result(
            String subject,
            String protocol,
            String cipher,
            boolean hasKey,
            boolean stands,
            boolean anchored,
            List<Link> links,
            List<Found> problems,
            List<Found> warnings) {
        public Result {
            links = List.copyOf(links);
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }
    }

    /// A fault as it was found.
    public record Found(String code, String cause, List<String> resolution) {
        public Found {
            resolution = List.copyOf(resolution);
        }

        static Found of(Problem p) {
            return new Found(p.code(), p.message(), p.resolution());
        }
    }

    /// Connects and looks at what is presented.
    ///
    /// @param name what the certificate must be for; null for the host connected to
    /// @throws ProblemException when no certificate was seen
    public Result server(String host, int port, @Nullable String name) {
        PresentedChain presented = PresentedChain.of(host, port);
        ChainReport report = check(presented.certificates(), name == null ? host : name);
        return result(report, presented.protocol(), presented.cipher(), false, List.of());
    }

    /// Reads a file as a node or a server would use it.
    ///
    /// @param name what the certificate must be for; null when that is open
    /// @param keyNeeded whether a file without a private key is wrong
    /// @throws ProblemException when the file cannot be read
    public Result file(Path file, char[] password, @Nullable String name, boolean keyNeeded) {
        CertificateFile contents = CertificateFile.read(file, password);
        List<Problem> own = new ArrayList<>();
        keyProblem(file, contents, keyNeeded).ifPresent(own::add);
        return result(check(contents.certificates(), name), "", "", contents.key() != null, own);
    }

    private ChainReport check(List<X509Certificate> chain, @Nullable String name) {
        return new ChainCheck(anchors, new HttpRetrieval(), policy, clock.instant()).check(chain, name);
    }

    private static Result result(
            ChainReport report, String protocol, String cipher, boolean hasKey, List<Problem> more) {
        List<Problem> problems = new ArrayList<>(more);
        problems.addAll(report.problems());
        return new Result(
                report.links().getFirst().subject(),
                protocol,
                cipher,
                hasKey,
                problems.isEmpty(),
                report.anchored(),
                report.links(),
                problems.stream().map(Found::of).toList(),
                report.warnings().stream().map(Found::of).toList());
    }

    private static Optional<Problem> keyProblem(Path file, CertificateFile contents, boolean keyNeeded) {
        X509Certificate c = contents.certificates().getFirst();
        String subject = c.getSubjectX500Principal().getName();
        if (contents.key() == null) {
            return keyNeeded
                    ? Optional.of(CertificateFaults.KEY_MISSING
                            .problem()
                            .evidence("file", file)
                            .evidence("subject", subject)
                            .build())
                    : Optional.empty();
        }
        if (!contents.belongTogether()) {
            return Optional.of(CertificateFaults.KEY_OF_ANOTHER
                    .problem()
                    .evidence("file", file)
                    .evidence("subject", subject)
                    .build());
        }
        return usage(c, subject);
    }

    /// A certificate that restricts its key must allow what TLS does with it: sign the handshake, and for
    /// RSA, with peers that know no other exchange, carry the session key.
    private static Optional<Problem> usage(X509Certificate c, String subject) {
        String algorithm = c.getPublicKey().getAlgorithm();
        List<String> needed =
                algorithm.equals("RSA") ? List.of("digitalSignature", "keyEncipherment") : List.of("digitalSignature");
        boolean @Nullable [] set = c.getKeyUsage();
        boolean allowed = set == null || (set[0] && (!algorithm.equals("RSA") || set[2]));
        return allowed
                ? Optional.empty()
                : Optional.of(CertificateFaults.KEY_NOT_FOR_EXCHANGE
                        .problem()
                        .evidence("subject", subject)
                        .evidence("usages", String.join(", ", Link.of(c).usages()))
                        .evidence("algorithm", algorithm)
                        .evidence("needed", String.join(" and ", needed))
                        .build());
    }

    private static List<X509Certificate> ofTheJvm() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    return List.of(trust.getAcceptedIssuers());
                }
            }
            return List.of();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no trust store", e);
        }
    }
}
