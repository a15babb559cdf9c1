package dev.sluice.secrets.chain;

import dev.sluice.secrets.Certificates;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One certificate of a chain as a person looks at it.
///
/// @param origin where it came from: `presented`, `trusted`, or the address it was fetched from
/// @param key e.g. `RSA 2048`
/// @param names DNS names and addresses it was issued for, in the order they stand
/// @param usages key usages, by the names of RFC 5280; empty when the certificate does not restrict them
/// @param lookups what was asked of the network about it
public record Link(
        String subject,
        String issuer,
        String serial,
        Instant notBefore,
        Instant notAfter,
        String key,
        String signature,
        List<String> names,
        List<String> usages,
        String fingerprint,
        String origin,
        List<Lookup> lookups) {
    private static final List<String> USAGES = List.of(
            "digitalSignature",
            "nonRepudiation",
            "keyEncipherment",
            "dataEncipherment",
            "keyAgreement",
            "keyCertSign",
            "cRLSign",
            "encipherOnly",
            "decipherOnly");

    public Link {
        names = List.copyOf(names);
        usages = List.copyOf(usages);
        lookups = List.copyOf(lookups);
    }

    /// A certificate by itself.
    public static Link of(X509Certificate c) {
        return of(c, "presented", List.of());
    }

    static Link of(X509Certificate c, String origin, List<Lookup> lookups) {
        return new Link(
                c.getSubjectX500Principal().getName(),
                c.getIssuerX500Principal().getName(),
                c.getSerialNumber().toString(16),
                c.getNotBefore().toInstant(),
                c.getNotAfter().toInstant(),
                key(c),
                c.getSigAlgName(),
                names(c),
                usages(c),
                Certificates.fingerprint(c),
                origin,
                lookups);
    }

    private static String key(X509Certificate c) {
        return switch (c.getPublicKey()) {
            case RSAKey rsa -> "RSA " + rsa.getModulus().bitLength();
            case ECKey ec -> "EC " + ec.getParams().getCurve().getField().getFieldSize();
            default -> c.getPublicKey().getAlgorithm();
        };
    }

    /// Alternative names of the kinds DNS name (2) and IP address (7).
    static List<String> names(X509Certificate c) {
        List<String> names = new ArrayList<>();
        try {
            @Nullable Collection<List<?>> all = c.getSubjectAlternativeNames();
            for (List<?> name : all == null ? List.<List<?>>of() : all) {
                if (Integer.valueOf(2).equals(name.get(0)) || Integer.valueOf(7).equals(name.get(0))) {
                    names.add(String.valueOf(name.get(1)));
                }
            }
        } catch (CertificateParsingException e) {
            names.add("(unreadable: " + e.getMessage() + ")");
        }
        return names;
    }

    static List<String> usages(X509Certificate c) {
        boolean @Nullable [] set = c.getKeyUsage();
        List<String> usages = new ArrayList<>();
        for (int i = 0; set != null && i < set.length && i < USAGES.size(); i++) {
            if (set[i]) {
                usages.add(USAGES.get(i));
            }
        }
        return usages;
    }
}
