package dev.sluice.secrets.chain;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.jspecify.annotations.Nullable;

/// The addresses a certificate carries. Only http and https are followed; a certificate may hold anything, and at most
/// [#MAX] of each kind.
final class Pointers {
    static final int MAX = 4;

    private Pointers() {}

    /// Where the issuer's certificate lies.
    static List<URI> issuers(X509Certificate c) {
        return access(c, AccessDescription.id_ad_caIssuers);
    }

    /// Who says whether it was revoked.
    static List<URI> responders(X509Certificate c) {
        return access(c, AccessDescription.id_ad_ocsp);
    }

    private static List<URI> access(X509Certificate c, ASN1ObjectIdentifier method) {
        return read(c, Extension.authorityInfoAccess, parsed -> {
            List<URI> found = new ArrayList<>();
            for (AccessDescription d :
                    AuthorityInformationAccess.getInstance(parsed).getAccessDescriptions()) {
                if (d.getAccessMethod().equals(method)) {
                    address(d.getAccessLocation(), found);
                }
            }
            return found;
        });
    }

    /// Where lists of revoked certificates lie.
    static List<URI> revocationLists(X509Certificate c) {
        return read(c, Extension.cRLDistributionPoints, parsed -> {
            List<URI> found = new ArrayList<>();
            for (DistributionPoint point : CRLDistPoint.getInstance(parsed).getDistributionPoints()) {
                @Nullable DistributionPointName name = point.getDistributionPoint();
                if (name != null && name.getType() == DistributionPointName.FULL_NAME) {
                    for (GeneralName n :
                            GeneralNames.getInstance(name.getName()).getNames()) {
                        address(n, found);
                    }
                }
            }
            return found;
        });
    }

    private static void address(GeneralName name, List<URI> found) {
        if (name.getTagNo() != GeneralName.uniformResourceIdentifier || found.size() == MAX) {
            return;
        }
        try {
            URI address = URI.create(name.getName().toString());
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            if (address.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                found.add(address);
            }
        } catch (IllegalArgumentException e) {
            // Not an address: nobody could follow it.
            return;
        }
    }

    private static List<URI> read(
            X509Certificate c, ASN1ObjectIdentifier extension, Function<ASN1Encodable, List<URI>> reader) {
        byte @Nullable [] value = c.getExtensionValue(extension.getId());
        if (value == null) {
            return List.of();
        }
        try {
            byte[] inner = ASN1OctetString.getInstance(ASN1Primitive.fromByteArray(value))
                    .getOctets();
            return reader.apply(ASN1Primitive.fromByteArray(inner));
        } catch (java.io.IOException | IllegalArgumentException | IllegalStateException e) {
            return List.of();
        }
    }
}
