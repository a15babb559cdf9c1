package dev.sluice.ssis.packages;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts secrets that a file keeps encrypted back where they belong, as far as that can be done here.
///
/// Three forms: an `EncryptedData` element stands for the whole sensitive element (packages, password); the element
/// stays with `Salt` and `IV` and encrypted text (projects, password); the element stays with `Encrypted="1"` (user
/// key, which only the Windows user who saved it can open). What cannot be opened is left empty and becomes a problem;
/// a password that is wrong ends the reading.
final class Protection {
    private static final String TRIPLE_DES = "tripledes-cbc";

    private final String file;
    private final PackagePassword password;
    private final Limits limits;
    private final @Nullable PasswordCipher cipher;
    private final List<Problem> problems = new ArrayList<>();

    Protection(String file, PackagePassword password, Limits limits) {
        this.file = file;
        this.password = password;
        this.limits = limits;
        this.cipher = password.given() ? new PasswordCipher(password) : null;
    }

    List<Problem> problems() {
        return problems;
    }

    /// The whole file opened. A file that is encrypted as a whole must open.
    Element opened(Element root) {
        if (root.name().equals("EncryptedData")) {
            if (!password.given()) {
                throw wrong("is missing", null);
            }
            return opened(fragment(root));
        }
        return inside(root, root.name());
    }

    private Element inside(Element e, String owner) {
        if (e.attribute("Encrypted", "0").equals("1")) {
            problems.add(SsisFaults.USER_KEY
                    .problem()
                    .at(place(e))
                    .evidence("object", "'" + label(e) + "' of " + owner)
                    .evidence("file", file)
                    .evidence("ssisCode", "0xC0016016")
                    .build());
            return emptied(e);
        }
        if (e.attributes().containsKey("IV")
                && e.attributes().containsKey("Salt")
                && !e.name().equals("EncryptedData")) {
            return sealedText(e, owner);
        }
        String name = e.attribute("ObjectName").or(() -> e.attribute("Name")).orElse("");
        String inner = name.isEmpty() || e.name().equals("Property") ? owner : name;
        return replaced(e, inner);
    }

    private Element replaced(Element e, String owner) {
        if (e.children().isEmpty()) {
            return e;
        }
        List<Element> children = new ArrayList<>();
        boolean changed = false;
        for (Element child : e.children()) {
            Element now = child.name().equals("EncryptedData") ? unwrapped(child, owner) : inside(child, owner);
            changed |= now != child;
            // A property holds its own encrypted form, and the fragment is the property again.
            if (now.name().equals(e.name())
                    && child.name().equals("EncryptedData")
                    && e.children().size() == 1) {
                Map<String, String> attributes = new LinkedHashMap<>(e.attributes());
                attributes.putAll(now.attributes());
                return new Element(e.name(), attributes, now.children(), now.text(), e.line(), e.column());
            }
            children.add(now);
        }
        return changed ? new Element(e.name(), e.attributes(), children, e.text(), e.line(), e.column()) : e;
    }

    private Element unwrapped(Element encrypted, String owner) {
        if (cipher == null) {
            problems.add(missingPassword(encrypted, owner));
            return encrypted;
        }
        String method = encrypted
                .child("EncryptionMethod")
                .flatMap(m -> m.attribute("Algorithm"))
                .orElse("");
        if (!method.endsWith(TRIPLE_DES)) {
            problems.add(SsisFaults.PROTECTION_UNKNOWN
                    .problem()
                    .at(place(encrypted))
                    .evidence("object", "A secret of " + owner)
                    .evidence("file", file)
                    .evidence("detail", method.substring(method.indexOf('#') + 1))
                    .build());
            return encrypted;
        }
        return fragment(encrypted);
    }

    private Problem missingPassword(Element e, String owner) {
        return SsisFaults.PASSWORD_NEEDED
                .problem()
                .at(place(e))
                .evidence("file", file)
                .evidence("object", owner)
                .evidence("detail", "is missing")
                .evidence("ssisCode", "0xC0014037")
                .build();
    }

    private Element fragment(Element encrypted) {
        String value = encrypted
                .child("CipherData")
                .flatMap(d -> d.child("CipherValue"))
                .map(Element::text)
                .orElse("");
        try {
            String clear =
                    new PasswordCipher(password).open(Base64.getMimeDecoder().decode(value));
            return XmlReader.read(clear, file, limits);
        } catch (GeneralSecurityException | ProblemException | IllegalArgumentException e) {
            throw wrong("is wrong", e);
        }
    }

    private Element sealedText(Element e, String owner) {
        if (cipher == null) {
            problems.add(missingPassword(e, owner));
            return emptied(e);
        }
        try {
            byte[] vector = Base64.getMimeDecoder().decode(e.attribute("IV", ""));
            byte[] text = Base64.getMimeDecoder().decode(e.text());
            Element clear = XmlReader.read(cipher.open(vector, text), file, limits);
            return new Element(e.name(), plain(e), List.of(), clear.text(), e.line(), e.column());
        } catch (GeneralSecurityException | ProblemException | IllegalArgumentException again) {
            throw wrong("is wrong", again);
        }
    }

    /// What was decrypted must not look as if it still had to be.
    private static Map<String, String> plain(Element e) {
        Map<String, String> attributes = new LinkedHashMap<>(e.attributes());
        attributes.remove("Salt");
        attributes.remove("IV");
        return attributes;
    }

    private static Element emptied(Element e) {
        return new Element(e.name(), plain(e), List.of(), "", e.line(), e.column());
    }

    private static String label(Element e) {
        return e.attribute("Name").orElse(e.name());
    }

    private String place(Element e) {
        return e.line() == 0 ? file : file + ":" + e.line();
    }

    private ProblemException wrong(String detail, @Nullable Throwable cause) {
        var problem = SsisFaults.PASSWORD_NEEDED
                .problem()
                .at(file)
                .evidence("file", file)
                .evidence("detail", detail)
                .evidence("ssisCode", "0xC0014037");
        return cause == null ? problem.exception() : problem.from(cause).exception();
    }
}
