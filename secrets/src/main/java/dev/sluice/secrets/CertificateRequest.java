package dev.sluice.secrets;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;

/// A PKCS#10 request: "certify this key", signed with the key.
final class CertificateRequest {
    private static final Map<ASN1ObjectIdentifier, String> ALGORITHMS = Map.of(
            X9ObjectIdentifiers.ecdsa_with_SHA256, "SHA256withECDSA",
            X9ObjectIdentifiers.ecdsa_with_SHA384, "SHA384withECDSA",
            X9ObjectIdentifiers.ecdsa_with_SHA512, "SHA512withECDSA",
            PKCSObjectIdentifiers.sha256WithRSAEncryption, "SHA256withRSA",
            PKCSObjectIdentifiers.sha384WithRSAEncryption, "SHA384withRSA",
            PKCSObjectIdentifiers.sha512WithRSAEncryption, "SHA512withRSA");

    private final PKCS10CertificationRequest request;

    private CertificateRequest(PKCS10CertificationRequest request) {
        this.request = request;
    }

    static String make(KeyPair pair, String name) {
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequestBuilder(
                            CertificateOrder.subject(name, "node"),
                            SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()))
                    .build(new EcSigner(pair.getPrivate()));
            return Pem.write("CERTIFICATE REQUEST", request.getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("the request cannot be encoded", e);
        }
    }

    static CertificateRequest fromPem(String text) {
        try {
            return new CertificateRequest(new PKCS10CertificationRequest(Pem.first(text, "CERTIFICATE REQUEST")));
        } catch (IOException | RuntimeException e) {
            // The ASN.1 classes report malformed input by several unchecked exceptions.
            throw invalid("it is not a PEM certificate request.", e);
        }
    }

    /// The key, after its signature over the request has been checked.
    ///
    /// @throws ProblemException `CERTIFICATE_INVALID` when the signature does not prove possession of the key,
    /// or the key is too weak
    PublicKey provenKey() {
        try {
            String algorithm = ALGORITHMS.get(request.getSignatureAlgorithm().getAlgorithm());
            if (algorithm == null) {
                throw new GeneralSecurityException("its signature algorithm is not supported.");
            }
            PublicKey key = Keys.publicKey(request.getSubjectPublicKeyInfo().getEncoded());
            Signature signature = Signature.getInstance(algorithm);
            signature.initVerify(key);
            signature.update(
                    request.toASN1Structure().getCertificationRequestInfo().getEncoded("DER"));
            if (!signature.verify(request.getSignature())) {
                throw new GeneralSecurityException("its signature does not match: the sender does not hold the key.");
            }
            return key;
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw invalid(e.getMessage() == null ? "it is not well formed." : e.getMessage(), e);
        }
    }

    private static ProblemException invalid(String detail, Exception origin) {
        return NodeFaults.CERTIFICATE_INVALID
                .problem()
                .evidence("detail", detail)
                .from(origin)
                .exception();
    }
}
