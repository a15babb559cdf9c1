package dev.sluice.secrets;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.AuthEnvelopedData;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/// A value sealed to certificates: CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084), one recipient
/// per certificate, as base64 text. `base64 -d | openssl cms -decrypt -inform DER -inkey key.pem` opens one.
///
/// An RSA certificate receives the content key by RSAES-OAEP with SHA-256, an EC certificate by ephemeral-static
/// ECDH (RFC 5753) with SHA-256 and AES-256 key wrap. When opening, what `openssl cms -encrypt` makes by default
/// is accepted too: RSA PKCS#1 v1.5 and ECDH with SHA-1. Content that is not authenticated is refused.
///
/// Stateless; for any number of threads. Randomness is always the system's: a key that can be repeated is none.
public final class Envelope {
    /// Largest value sealed, in bytes: certificates, key files and service-account documents fit.
    public static final int MAX_CONTENT = 256 << 10;
    /// Most certificates one value is sealed to.
    public static final int MAX_RECIPIENTS = 200;
    /// Longest text opened, in characters: [#MAX_CONTENT] and [#MAX_RECIPIENTS] with RSA-4096 fit.
    public static final int MAX_TEXT = 1 << 20;

    private static final int TAG_BYTES = 16;

    private Envelope() {}

    /// Seals a value to every certificate. The value is left open.
    ///
    /// @throws ProblemException `SECRET_WITHOUT_RECIPIENT` for an empty list, `LIMIT_EXCEEDED`,
    /// `CERTIFICATE_INVALID` when a certificate's key cannot receive
    public static String seal(Secret value, List<X509Certificate> recipients) {
        byte[] content = value.bytes();
        try {
            return seal(content, recipients);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /// As [#seal(Secret, List)]; the caller wipes `content`.
    public static String seal(byte[] content, List<X509Certificate> recipients) {
        if (recipients.isEmpty()) {
            throw NodeFaults.SECRET_WITHOUT_RECIPIENT.problem().exception();
        }
        limit("The size of the secret in bytes", content.length, MAX_CONTENT);
        limit("The number of recipients", recipients.size(), MAX_RECIPIENTS);
        byte[] key = random(32);
        try {
            byte[] nonce = random(12);
            byte[] sealed = gcm(Cipher.ENCRYPT_MODE, key, nonce, TAG_BYTES, new byte[0], content);
            ASN1EncodableVector infos = new ASN1EncodableVector();
            for (X509Certificate recipient : recipients) {
                infos.add(recipientInfo(recipient, key));
            }
            AlgorithmIdentifier algorithm =
                    new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_GCM, new GCMParameters(nonce, TAG_BYTES));
            int textEnd = sealed.length - TAG_BYTES;
            EncryptedContentInfo encrypted = new EncryptedContentInfo(
                    CMSObjectIdentifiers.data, algorithm, new DEROctetString(Arrays.copyOf(sealed, textEnd)));
            AuthEnvelopedData data = new AuthEnvelopedData(
                    null,
                    new DERSet(infos),
                    encrypted,
                    null,
                    new DEROctetString(Arrays.copyOfRange(sealed, textEnd, sealed.length)),
                    null);
            byte[] der = new ContentInfo(CMSObjectIdentifiers.authEnvelopedData, data).getEncoded(ASN1Encoding.DER);
            return Base64.getEncoder().encodeToString(der);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM cannot seal", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /// Opens an envelope with the key of one of its recipients. As [#open(String, PrivateKey, X509Certificate,
    /// String, String)] where it is not known what the secret is for.
    public static Secret open(String envelope, PrivateKey key, X509Certificate certificate) {
        return open(envelope, key, certificate, "(not named)", "(not named)");
    }

    /// Opens an envelope with the key of one of its recipients.
    ///
    /// @param store the linked service the secret belongs to, for the error text
    /// @param member the member it is the value of, e.g. `password`, for the error text
    /// @throws ProblemException `SECRET_UNOPENABLE` when it is not sealed to this certificate, `SECRET_DAMAGED`
    /// when it is no envelope, was changed, or uses an algorithm that is not accepted; `LIMIT_EXCEEDED`
    public static Secret open(
            String envelope, PrivateKey key, X509Certificate certificate, String store, String member) {
        limit("The length of the sealed secret", envelope.length(), MAX_TEXT);
        try {
            AuthEnvelopedData data = parse(envelope);
            byte[] contentKey = contentKey(data, key, certificate);
            if (contentKey == null) {
                throw NodeFaults.SECRET_UNOPENABLE
                        .problem()
                        .evidence("store", store)
                        .evidence("member", member)
                        .evidence("certificate", Recipient.describe(certificate))
                        .evidence("sealedTo", recipients(data))
                        .exception();
            }
            return opened(data, contentKey);
        } catch (ProblemException e) {
            throw e;
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            // The ASN.1 classes report malformed input by several unchecked exceptions.
            throw NodeFaults.SECRET_DAMAGED
                    .problem()
                    .evidence("store", store)
                    .evidence("member", member)
                    .evidence("detail", detail(e))
                    .from(e)
                    .exception();
        }
    }

    /// To whom an envelope is sealed, without opening it.
    ///
    /// @throws ProblemException `SECRET_DAMAGED`, `LIMIT_EXCEEDED`
    public static List<Recipient> recipients(String envelope) {
        limit("The length of the sealed secret", envelope.length(), MAX_TEXT);
        try {
            return recipients(parse(envelope));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw NodeFaults.SECRET_DAMAGED
                    .problem()
                    .evidence("store", "(not named)")
                    .evidence("member", "(not named)")
                    .evidence("detail", detail(e))
                    .from(e)
                    .exception();
        }
    }

    /// Whether the envelope is sealed to this certificate (or to another one of the same key, where it names
    /// keys).
    public static boolean isSealedTo(String envelope, X509Certificate certificate) {
        return recipients(envelope).stream().anyMatch(recipient -> recipient.matches(certificate));
    }

    private static AuthEnvelopedData parse(String envelope) throws GeneralSecurityException {
        byte[] der = Base64.getMimeDecoder().decode(envelope);
        ContentInfo info = ContentInfo.getInstance(der);
        if (info == null || !CMSObjectIdentifiers.authEnvelopedData.equals(info.getContentType())) {
            throw new GeneralSecurityException("it is not CMS AuthEnvelopedData");
        }
        AuthEnvelopedData data = AuthEnvelopedData.getInstance(info.getContent());
        if (data.getRecipientInfos().size() > MAX_RECIPIENTS) {
            throw new GeneralSecurityException("it has more than " + MAX_RECIPIENTS + " recipients");
        }
        return data;
    }

    private static List<Recipient> recipients(AuthEnvelopedData data) throws GeneralSecurityException {
        List<Recipient> all = new ArrayList<>();
        for (ASN1Encodable element : data.getRecipientInfos()) {
            ASN1Encodable info = RecipientInfo.getInstance(element).getInfo();
            all.addAll(RsaTransport.recipients(info));
            all.addAll(EcAgreement.recipients(info));
        }
        return List.copyOf(all);
    }

    private static ASN1Encodable recipientInfo(X509Certificate recipient, byte[] key) throws GeneralSecurityException {
        PublicKey open = recipient.getPublicKey();
        try {
            Keys.check(open);
        } catch (GeneralSecurityException e) {
            throw NodeFaults.CERTIFICATE_INVALID
                    .problem()
                    .evidence("detail", e.getMessage())
                    .from(e)
                    .exception();
        }
        return open.getAlgorithm().equals("RSA") ? RsaTransport.seal(recipient, key) : EcAgreement.seal(recipient, key);
    }

    /// The content key, or null when the certificate is not among the recipients.
    private static byte @Nullable [] contentKey(AuthEnvelopedData data, PrivateKey key, X509Certificate certificate)
            throws GeneralSecurityException, IOException {
        int size = keySize(data.getAuthEncryptedContentInfo()
                .getContentEncryptionAlgorithm()
                .getAlgorithm());
        for (ASN1Encodable element : data.getRecipientInfos()) {
            ASN1Encodable info = RecipientInfo.getInstance(element).getInfo();
            byte[] opened = key.getAlgorithm().equals("RSA")
                    ? RsaTransport.open(info, key, certificate, size)
                    : EcAgreement.open(info, key, certificate);
            if (opened != null) {
                return opened;
            }
        }
        return null;
    }

    private static int keySize(ASN1ObjectIdentifier algorithm) throws GeneralSecurityException {
        if (NISTObjectIdentifiers.id_aes256_GCM.equals(algorithm)) {
            return 32;
        }
        if (NISTObjectIdentifiers.id_aes192_GCM.equals(algorithm)) {
            return 24;
        }
        if (NISTObjectIdentifiers.id_aes128_GCM.equals(algorithm)) {
            return 16;
        }
        throw new GeneralSecurityException("the content cipher " + algorithm + " is not AES-GCM");
    }

    private static Secret opened(AuthEnvelopedData data, byte[] contentKey)
            throws GeneralSecurityException, IOException {
        EncryptedContentInfo encrypted = data.getAuthEncryptedContentInfo();
        GCMParameters gcm = GCMParameters.getInstance(
                encrypted.getContentEncryptionAlgorithm().getParameters());
        byte[] tag = data.getMac().getOctets();
        if (gcm == null
                || encrypted.getEncryptedContent() == null
                || tag.length < 12
                || gcm.getIcvLen() != tag.length) {
            throw new GeneralSecurityException("it is not complete");
        }
        byte[] text = encrypted.getEncryptedContent().getOctets();
        byte[] sealed = Arrays.copyOf(text, text.length + tag.length);
        System.arraycopy(tag, 0, sealed, text.length, tag.length);
        ASN1Set attributes = data.getAuthAttrs();
        byte[] associated = attributes == null ? new byte[0] : attributes.getEncoded(ASN1Encoding.DER);
        byte[] content = {};
        try {
            content = gcm(Cipher.DECRYPT_MODE, contentKey, gcm.getNonce(), tag.length, associated, sealed);
            return Secret.of(content);
        } finally {
            Arrays.fill(content, (byte) 0);
            Arrays.fill(contentKey, (byte) 0);
        }
    }

    private static byte[] gcm(int mode, byte[] key, byte[] nonce, int tagBytes, byte[] associated, byte[] content)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(tagBytes * 8, nonce));
        cipher.updateAAD(associated);
        return cipher.doFinal(content);
    }

    /// One sentence that tells the kind of damage and nothing of the content: with RSA, more would be an oracle.
    private static String detail(Exception e) {
        return switch (e) {
            case javax.crypto.AEADBadTagException tag -> "its content does not match its authentication tag.";
            case GeneralSecurityException security
            when security.getClass() == GeneralSecurityException.class -> security.getMessage() + ".";
            default -> "it is not a well-formed envelope.";
        };
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        Keys.RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static void limit(String what, long value, long limit) {
        if (value > limit) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .evidence("what", what)
                    .evidence("value", value)
                    .evidence("limit", limit)
                    .exception();
        }
    }
}
