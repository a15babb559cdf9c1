package dev.sluice.secrets.chain;

import dev.sluice.diagnosis.CertificateFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.secrets.Certificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Checks one chain. For one use, by one thread; asks the network through its [Retrieval] only.
public final class ChainCheck {
    /// Longest chain followed: real ones have three or four certificates.
    private static final int MAX_LINKS = 10;

    private final List<X509Certificate> anchors;
    private final Retrieval retrieval;
    private final RevocationPolicy policy;
    private final Instant now;

    private final List<X509Certificate> path = new ArrayList<>();
    private final Map<X509Certificate, String> origins = new HashMap<>();
    private final Map<X509Certificate, List<Lookup>> lookups = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    /// @param anchors certificates trusted here
    public ChainCheck(Collection<X509Certificate> anchors, Retrieval retrieval, RevocationPolicy policy, Instant now) {
        this.anchors = List.copyOf(anchors);
        this.retrieval = retrieval;
        this.policy = policy;
        this.now = now;
    }

    /// Checks what a server presented or a file holds.
    ///
    /// @param presented the certificate in question first, others in any order
    /// @param host what it must have been issued for; null when that does not matter
    public ChainReport check(List<X509Certificate> presented, @Nullable String host) {
        presented.forEach(c -> origins.putIfAbsent(c, "presented"));
        anchors.forEach(c -> origins.putIfAbsent(c, "trusted"));
        boolean anchored = build(presented);
        for (int i = 0; i < path.size(); i++) {
            dates(path.get(i));
            if (i > 0) {
                authority(path.get(i), i);
            }
        }
        if (host != null) {
            name(presented.getFirst(), host);
        }
        if (policy != RevocationPolicy.OFF) {
            revocation();
        }
        if (anchored && problems.isEmpty()) {
            verdictOfTheJdk();
        }
        return new ChainReport(path.stream().map(this::link).toList(), anchored, problems, warnings);
    }

    private Link link(X509Certificate c) {
        return Link.of(c, origins.getOrDefault(c, "presented"), lookups.getOrDefault(c, List.of()));
    }

    /// Follows the issuers up to one that is trusted.
    private boolean build(List<X509Certificate> presented) {
        X509Certificate at = presented.getFirst();
        path.add(at);
        while (path.size() < MAX_LINKS) {
            if (anchors.contains(at)) {
                return true;
            }
            if (Signatures.isRoot(at)) {
                untrusted(at);
                return false;
            }
            Optional<X509Certificate> issuer = issuer(at, presented);
            if (issuer.isEmpty()) {
                missing(at, presented);
                return false;
            }
            at = issuer.get();
            path.add(at);
        }
        problems.add(CertificateFaults.CHAIN_TOO_LONG
                .problem()
                .evidence("limit", MAX_LINKS)
                .build());
        return false;
    }

    /// Trusted ones first: a server may send a cross-signed twin of a root that is trusted here.
    private Optional<X509Certificate> issuer(X509Certificate c, List<X509Certificate> presented) {
        List<X509Certificate> known = new ArrayList<>(anchors);
        known.addAll(presented);
        Optional<X509Certificate> found = known.stream()
                .filter(i -> !path.contains(i) && Signatures.names(c, i) && Signatures.made(c, i))
                .findFirst();
        return found.isPresent() ? found : fetched(c);
    }

    private Optional<X509Certificate> fetched(X509Certificate c) {
        for (URI place : Pointers.issuers(c)) {
            Lookup.Outcome outcome = Lookup.Outcome.INVALID;
            String detail = "what lies there did not sign the certificate";
            Optional<X509Certificate> found = Optional.empty();
            try {
                found = decode(retrieval.get(place)).stream()
                        .filter(i -> Signatures.names(c, i) && Signatures.made(c, i))
                        .findFirst();
                if (found.isPresent()) {
                    outcome = Lookup.Outcome.GOOD;
                    detail = found.get().getSubjectX500Principal().getName();
                    origins.putIfAbsent(found.get(), place.toString());
                }
            } catch (IOException e) {
                outcome = Lookup.Outcome.UNREACHABLE;
                detail = Revocation.said(e);
            } catch (GeneralSecurityException e) {
                detail = "what lies there is no certificate: " + Revocation.said(e);
            }
            note(c, new Lookup(Lookup.Kind.AIA, place.toString(), outcome, detail));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Collection<X509Certificate> decode(byte[] bytes) throws GeneralSecurityException {
        List<X509Certificate> all = new ArrayList<>();
        for (var c : CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))) {
            all.add((X509Certificate) c);
        }
        return all;
    }

    private void note(X509Certificate c, Lookup lookup) {
        lookups.computeIfAbsent(c, any -> new ArrayList<>()).add(lookup);
    }

    private void untrusted(X509Certificate root) {
        boolean alone = path.size() == 1;
        problems.add((alone ? CertificateFaults.SELF_SIGNED : CertificateFaults.ROOT_UNTRUSTED)
                .problem()
                .evidence("subject", root.getSubjectX500Principal().getName())
                .evidence("fingerprint", Certificates.fingerprint(root))
                .build());
    }

    private void missing(X509Certificate c, List<X509Certificate> presented) {
        List<X509Certificate> namesakes = new ArrayList<>(anchors);
        namesakes.addAll(presented);
        boolean forged = namesakes.stream().anyMatch(i -> Signatures.names(c, i));
        String tried = lookups.getOrDefault(c, List.of()).stream()
                .map(l -> l.address() + " (" + l.detail() + ")")
                .reduce((a, b) -> a + ", " + b)
                .orElse("no address in the certificate");
        problems.add((forged ? CertificateFaults.SIGNATURE_WRONG : CertificateFaults.ISSUER_MISSING)
                .problem()
                .evidence("subject", c.getSubjectX500Principal().getName())
                .evidence("issuer", c.getIssuerX500Principal().getName())
                .evidence("tried", tried)
                .build());
    }

    private void dates(X509Certificate c) {
        if (c.getNotAfter().toInstant().isBefore(now)) {
            problems.add(CertificateFaults.EXPIRED
                    .problem()
                    .evidence("subject", c.getSubjectX500Principal().getName())
                    .evidence("date", c.getNotAfter().toInstant())
                    .evidence("now", now)
                    .build());
        } else if (c.getNotBefore().toInstant().isAfter(now)) {
            problems.add(CertificateFaults.NOT_YET_VALID
                    .problem()
                    .evidence("subject", c.getSubjectX500Principal().getName())
                    .evidence("date", c.getNotBefore().toInstant())
                    .evidence("now", now)
                    .build());
        }
    }

    /// An issuer must be allowed to issue (RFC 5280, section 4.2.1.9); the self-signed roots of old did not say it.
    private void authority(X509Certificate issuer, int below) {
        List<String> usages = Link.usages(issuer);
        boolean may = issuer.getBasicConstraints() >= below - 1 && (usages.isEmpty() || usages.contains("keyCertSign"));
        if (!may && !anchors.contains(issuer)) {
            problems.add(CertificateFaults.NOT_AN_AUTHORITY
                    .problem()
                    .evidence("subject", issuer.getSubjectX500Principal().getName())
                    .evidence(
                            "issued",
                            path.get(below - 1).getSubjectX500Principal().getName())
                    .build());
        }
    }

    private void name(X509Certificate c, String host) {
        List<String> names = Link.names(c);
        if (!HostNames.match(host, names)) {
            problems.add(CertificateFaults.NAME_MISMATCH
                    .problem()
                    .evidence("expected", host)
                    .evidence("presented", names.isEmpty() ? "no alternative name at all" : String.join(", ", names))
                    .evidence("subject", c.getSubjectX500Principal().getName())
                    .build());
        }
    }

    private void revocation() {
        Revocation revocation = new Revocation(retrieval, now);
        for (int i = 0; i + 1 < path.size(); i++) {
            X509Certificate c = path.get(i);
            List<Lookup> asked = revocation.ask(c, path.get(i + 1));
            asked.forEach(l -> note(c, l));
            Optional<Lookup> revoked = asked.stream()
                    .filter(l -> l.outcome() == Lookup.Outcome.REVOKED)
                    .findFirst();
            if (revoked.isPresent()) {
                problems.add(CertificateFaults.REVOKED
                        .problem()
                        .evidence("subject", c.getSubjectX500Principal().getName())
                        .evidence("detail", revoked.get().detail())
                        .evidence("address", revoked.get().address())
                        .build());
            } else if (!asked.isEmpty() && !Revocation.decided(asked)) {
                unknown(c, asked);
            }
        }
    }

    private void unknown(X509Certificate c, List<Lookup> asked) {
        Problem problem = CertificateFaults.REVOCATION_UNKNOWN
                .problem()
                .evidence("subject", c.getSubjectX500Principal().getName())
                .evidence(
                        "asked",
                        asked.stream()
                                .map(l -> l.kind() + " " + l.address() + " (" + l.detail() + ")")
                                .reduce((a, b) -> a + "; " + b)
                                .orElse("nobody"))
                .build();
        (policy == RevocationPolicy.HARD ? problems : warnings).add(problem);
    }

    /// Name constraints, policies, forbidden algorithms and whatever else is not looked at one by one above.
    private void verdictOfTheJdk() {
        try {
            Set<TrustAnchor> trusted = new HashSet<>();
            trusted.add(new TrustAnchor(path.getLast(), null));
            PKIXParameters parameters = new PKIXParameters(trusted);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            // The anchor itself is not part of the path.
            List<X509Certificate> links = path.size() == 1 ? path : path.subList(0, path.size() - 1);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(links), parameters);
        } catch (GeneralSecurityException e) {
            problems.add(CertificateFaults.PATH_REFUSED
                    .problem()
                    .evidence(
                            "subject", path.getFirst().getSubjectX500Principal().getName())
                    .evidence("detail", Revocation.said(e))
                    .build());
        }
    }
}
