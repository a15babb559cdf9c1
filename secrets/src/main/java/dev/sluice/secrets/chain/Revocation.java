package dev.sluice.secrets.chain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/// Asks whether a certificate was revoked: its OCSP responders first, its lists when they do not say.
final class Revocation {
    private final Retrieval retrieval;
    private final Instant now;

    Revocation(Retrieval retrieval, Instant now) {
        this.retrieval = retrieval;
        this.now = now;
    }

    /// Everything that was asked, in order; the last decisive answer counts.
    List<Lookup> ask(X509Certificate c, X509Certificate issuer) {
        List<Lookup> asked = new ArrayList<>();
        for (URI responder : Pointers.responders(c)) {
            asked.add(ocsp(responder, c, issuer));
            if (decided(asked)) {
                return asked;
            }
        }
        for (URI list : Pointers.revocationLists(c)) {
            asked.add(list(list, c, issuer));
            if (decided(asked)) {
                return asked;
            }
        }
        return asked;
    }

    static boolean decided(List<Lookup> asked) {
        return asked.stream()
                .anyMatch(l -> l.kind() != Lookup.Kind.AIA
                        && (l.outcome() == Lookup.Outcome.GOOD || l.outcome() == Lookup.Outcome.REVOKED));
    }

    private Lookup ocsp(URI responder, X509Certificate c, X509Certificate issuer) {
        byte[] answer;
        CertificateID id;
        try {
            id = new CertificateID(
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(issuer),
                    c.getSerialNumber());
            byte[] request = new OCSPReqBuilder().addRequest(id).build().getEncoded();
            answer = retrieval.post(responder, "application/ocsp-request", request);
        } catch (IOException e) {
            return new Lookup(Lookup.Kind.OCSP, responder.toString(), Lookup.Outcome.UNREACHABLE, said(e));
        } catch (GeneralSecurityException | OperatorCreationException | OCSPException e) {
            throw new IllegalStateException("an OCSP request cannot be made", e);
        }
        try {
            return answered(responder, id, answer, issuer);
        } catch (IOException
                | OCSPException
                | OperatorCreationException
                | GeneralSecurityException
                | RuntimeException e) {
            return invalid(Lookup.Kind.OCSP, responder, "the answer cannot be read: " + said(e));
        }
    }

    private Lookup answered(URI responder, CertificateID id, byte[] answer, X509Certificate issuer)
            throws IOException, OCSPException, OperatorCreationException, GeneralSecurityException {
        OCSPResp response = new OCSPResp(answer);
        if (response.getStatus() != OCSPResp.SUCCESSFUL
                || !(response.getResponseObject() instanceof BasicOCSPResp basic)) {
            return new Lookup(
                    Lookup.Kind.OCSP,
                    responder.toString(),
                    Lookup.Outcome.UNREACHABLE,
                    "the responder refuses with status " + response.getStatus());
        }
        if (!signed(basic, issuer)) {
            return invalid(Lookup.Kind.OCSP, responder, "the answer is not signed by the issuer or its responder");
        }
        for (SingleResp single : basic.getResponses()) {
            if (single.getCertID().getSerialNumber().equals(id.getSerialNumber())) {
                return status(responder, single);
            }
        }
        return invalid(Lookup.Kind.OCSP, responder, "the answer is about another certificate");
    }

    private Lookup status(URI responder, SingleResp single) {
        @Nullable Date next = single.getNextUpdate();
        if (next != null && next.toInstant().isBefore(now)) {
            return invalid(Lookup.Kind.OCSP, responder, "the answer was valid until " + next.toInstant());
        }
        // Null is BouncyCastle's way to say good.
        @Nullable CertificateStatus status = single.getCertStatus();
        if (status == CertificateStatus.GOOD) {
            return new Lookup(Lookup.Kind.OCSP, responder.toString(), Lookup.Outcome.GOOD, "not revoked");
        }
        return status instanceof RevokedStatus revoked
                ? new Lookup(
                        Lookup.Kind.OCSP,
                        responder.toString(),
                        Lookup.Outcome.REVOKED,
                        "revoked at " + revoked.getRevocationTime().toInstant())
                : new Lookup(
                        Lookup.Kind.OCSP,
                        responder.toString(),
                        Lookup.Outcome.UNKNOWN,
                        "the responder does not know the certificate");
    }

    /// By the issuer itself, or by a responder the issuer certified for it (RFC 6960, section 4.2.2.2).
    private static boolean signed(BasicOCSPResp basic, X509Certificate issuer)
            throws OCSPException, OperatorCreationException, GeneralSecurityException, IOException {
        JcaContentVerifierProviderBuilder verifier = new JcaContentVerifierProviderBuilder();
        if (basic.isSignatureValid(verifier.build(issuer.getPublicKey()))) {
            return true;
        }
        for (X509CertificateHolder holder : basic.getCerts()) {
            X509Certificate delegate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(holder.getEncoded()));
            @Nullable List<String> purposes = delegate.getExtendedKeyUsage();
            boolean forOcsp = purposes != null && purposes.contains("1.3.6.1.5.5.7.3.9");
            if (forOcsp
                    && Signatures.made(delegate, issuer)
                    && basic.isSignatureValid(verifier.build(delegate.getPublicKey()))) {
                return true;
            }
        }
        return false;
    }

    private Lookup list(URI place, X509Certificate c, X509Certificate issuer) {
        byte[] answer;
        try {
            answer = retrieval.get(place);
        } catch (IOException e) {
            return new Lookup(Lookup.Kind.CRL, place.toString(), Lookup.Outcome.UNREACHABLE, said(e));
        }
        try {
            X509CRL list =
                    (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(answer));
            list.verify(issuer.getPublicKey());
            @Nullable Date next = list.getNextUpdate();
            if (next != null && next.toInstant().isBefore(now)) {
                return invalid(Lookup.Kind.CRL, place, "the list was valid until " + next.toInstant());
            }
            @Nullable X509CRLEntry entry = list.getRevokedCertificate(c.getSerialNumber());
            return entry == null
                    ? new Lookup(Lookup.Kind.CRL, place.toString(), Lookup.Outcome.GOOD, "not on the list")
                    : new Lookup(
                            Lookup.Kind.CRL,
                            place.toString(),
                            Lookup.Outcome.REVOKED,
                            "revoked at " + entry.getRevocationDate().toInstant());
        } catch (GeneralSecurityException e) {
            return invalid(Lookup.Kind.CRL, place, "no list signed by the issuer: " + said(e));
        }
    }

    private static Lookup invalid(Lookup.Kind kind, URI place, String detail) {
        return new Lookup(kind, place.toString(), Lookup.Outcome.INVALID, detail);
    }

    static String said(Exception e) {
        @Nullable String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }
}
