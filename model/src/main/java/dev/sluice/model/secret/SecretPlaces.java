package dev.sluice.model.secret;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import dev.sluice.model.Parameter;
import dev.sluice.model.Place;
import dev.sluice.model.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Finds every secret of a linked service (or credential) document and puts something else in its place.
///
/// Found are: `SecureString` objects anywhere; members known to hold a secret when they are given as plain strings
/// (`password`, `accountKey`, `encryptedCredential` …); any string that reads like a connection string or URL and
/// carries a password, key or signature; default values of `SecureString` parameters. Not secrets are Key Vault
/// references, and values that are expressions over `linkedService()`, which bring the secret only at run time.
///
/// The sealed form is `{"type":"SecureString","sealed":"<base64 CMS>"}`, with a member `shown` besides when it stands
/// for a plain string: clients that read the document get a string again, and of a connection string still see host and
/// database. No method changes the document it is given.
public final class SecretPlaces {
    /// What stands for a secret wherever it is shown.
    public static final String MASK = ConnectionStrings.MASK;

    private static final String TYPE = "SecureString";

    private static final Set<String> MEMBERS = Set.of(
            "password",
            "pwd",
            "accountkey",
            "sasuri",
            "sastoken",
            "serviceprincipalkey",
            "serviceprincipalcredential",
            "serviceprincipalembeddedcert",
            "serviceprincipalembeddedcertpassword",
            "encryptedcredential",
            "clientsecret",
            "clientkey",
            "secretaccesskey",
            "secretkey",
            "sessiontoken",
            "accesskey",
            "accesstoken",
            "accesstokensecret",
            "refreshtoken",
            "developertoken",
            "usertoken",
            "securitytoken",
            "mwsauthtoken",
            "apikey",
            "apitoken",
            "functionkey",
            "consumersecret",
            "privatekey",
            "privatekeycontent",
            "privatekeypassphrase",
            "passphrase",
            "sslpassword",
            "sslkey",
            "keyfilecontent",
            "embeddedcertdata",
            "pfx",
            "credstring",
            "clusterpassword",
            "clustersshpassword");

    private SecretPlaces() {}

    /// The secrets of a document that are in the clear, in document order. Sealed and masked ones are not among them.
    public static List<Secret> find(JsonNode document) {
        List<Secret> found = new ArrayList<>();
        rewrite(document, "", false, (secret, node) -> {
            found.add(secret);
            return node;
        });
        return List.copyOf(found);
    }

    /// A copy of the document with every secret that is in the clear replaced.
    public static JsonNode replace(JsonNode document, Function<Secret, JsonNode> replacement) {
        return rewrite(document, "", false, (secret, node) -> replacement.apply(secret));
    }

    /// A copy with every secret sealed.
    ///
    /// @param seal from the secret's text to its base64 CMS
    public static ObjectNode seal(ObjectNode document, UnaryOperator<String> seal) {
        return (ObjectNode) replace(document, s -> {
            ObjectNode sealed = sealed(seal.apply(s.value()));
            if (s.form() != Secret.Form.SECURE_STRING) {
                sealed.put("shown", s.shown());
            }
            return sealed;
        });
    }

    /// What cannot be sealed: text that holds a secret in the clear and an expression besides. Sealed as a whole, its
    /// expression could never be evaluated; to be refused when the document is saved.
    public static List<Problem> unsealable(JsonNode document) {
        return find(document).stream()
                .filter(s ->
                        s.form() == Secret.Form.CONNECTION_STRING && s.value().contains("@{"))
                .map(s -> DocumentFaults.MEMBER_INVALID
                        .problem()
                        .at(s.pointer())
                        .evidence("member", s.pointer().substring(s.pointer().lastIndexOf('/') + 1))
                        .evidence("value", "a text with both a secret in the clear and an expression")
                        .evidence("expected", "the secret in a SecureString member or in a parameter of its own")
                        .build())
                .toList();
    }

    /// A copy of the arguments of a run with those for `SecureString` parameters sealed. In this form they pass through
    /// whole-value expressions (`@pipeline().parameters.pw`) unharmed; joined to other text they are of no use.
    public static ObjectNode sealArguments(
            Map<String, Parameter> declared, ObjectNode arguments, UnaryOperator<String> seal) {
        Set<String> secure = new HashSet<>();
        declared.values().stream()
                .filter(p -> p.type() == ValueType.SECURE_STRING)
                .forEach(p -> secure.add(p.name().toLowerCase(Locale.ROOT)));
        return (ObjectNode) copy(arguments, (name, value) -> {
            Optional<String> text = isSealed(value) ? Optional.empty() : plain(value);
            return secure.contains(name.toLowerCase(Locale.ROOT)) && text.isPresent()
                    ? sealed(seal.apply(text.get()))
                    : value;
        });
    }

    /// The sealed form of one secret.
    public static ObjectNode sealed(String cms) {
        ObjectNode json = Json.object();
        json.put("type", TYPE);
        json.put("sealed", cms);
        return json;
    }

    /// Whether a value is a secret in its sealed form.
    public static boolean isSealed(JsonNode value) {
        return value.isObject() && value.path("sealed").isString() && isSecureString(value);
    }

    /// A copy with every sealed secret opened into `{"type":"SecureString","value":…}`: what a node's worker does just
    /// before it connects.
    ///
    /// @param open from base64 CMS to the secret's text
    public static JsonNode open(JsonNode document, UnaryOperator<String> open) {
        if (isSealed(document)) {
            ObjectNode json = Json.object();
            json.put("type", TYPE);
            json.put("value", open.apply(document.path("sealed").stringValue()));
            return json;
        }
        return copy(document, (name, child) -> open(child, open));
    }

    /// The text of a setting that may be a plain string or a `SecureString` in the clear.
    public static Optional<String> plain(JsonNode value) {
        if (value.isObject() && isSecureString(value)) {
            return Place.root(value).member("value").text();
        }
        return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
    }

    /// A copy for showing: every secret, sealed or not, is masked.
    public static ObjectNode masked(ObjectNode document) {
        return (ObjectNode) maskSealed(replace(document, SecretPlaces::mask));
    }

    /// A copy of a document that comes back from a client which had read it masked: masked values take what stood at
    /// the same place in the stored document. Where nothing is stored they stay as they are.
    public static ObjectNode restore(ObjectNode document, ObjectNode stored) {
        return (ObjectNode) restoreNode(document, stored);
    }

    private static JsonNode mask(Secret secret) {
        return secret.form() == Secret.Form.SECURE_STRING ? maskedForm() : Json.text(secret.shown());
    }

    private static ObjectNode maskedForm() {
        ObjectNode json = Json.object();
        json.put("type", TYPE);
        json.put("value", MASK);
        return json;
    }

    private static JsonNode maskSealed(JsonNode node) {
        if (isSealed(node)) {
            JsonNode shown = node.path("shown");
            return shown.isString() ? shown : maskedForm();
        }
        return copy(node, (name, child) -> maskSealed(child));
    }

    private static JsonNode restoreNode(JsonNode given, @Nullable JsonNode stored) {
        if (stored == null) {
            return given;
        }
        if (isSealed(stored) && given.equals(maskSealed(stored))) {
            return stored;
        }
        if (given.isObject() && stored.isObject()) {
            Place old = Place.root(stored);
            return copy(given, (name, child) -> {
                Place at = old.member(name);
                return restoreNode(child, at.present() ? at.json() : null);
            });
        }
        if (given.isArray() && stored.isArray()) {
            ArrayNode list = Json.array();
            for (int i = 0; i < given.size(); i++) {
                list.add(restoreNode(given.get(i), stored.get(i)));
            }
            return list;
        }
        return given;
    }

    private interface Rewrite {
        JsonNode apply(Secret secret, JsonNode node);
    }

    /// @param secretMember whether the value stands in a member that is known to hold a secret
    private static JsonNode rewrite(JsonNode node, String pointer, boolean secretMember, Rewrite rewrite) {
        if (node.isString()) {
            return rewriteText(node, pointer, secretMember, rewrite);
        }
        if (node.isObject() && isSecureString(node)) {
            return rewriteSecureString(node, pointer, rewrite);
        }
        boolean headers = pointer.toLowerCase(Locale.ROOT).endsWith("/authheaders");
        boolean inTypeProperties = pointer.toLowerCase(Locale.ROOT).endsWith("/typeproperties")
                || pointer.toLowerCase(Locale.ROOT).endsWith("/linkedinfo");
        if (node.isArray()) {
            ArrayNode list = Json.array();
            for (int i = 0; i < node.size(); i++) {
                list.add(rewrite(node.get(i), pointer + "/" + i, false, rewrite));
            }
            return list;
        }
        return copy(node, (name, child) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean secret = headers
                    || MEMBERS.contains(lower)
                    || (inTypeProperties && (lower.equals("key") || lower.equals("credential")));
            return rewrite(child, step(pointer, name), secret, rewrite);
        });
    }

    private static JsonNode rewriteText(JsonNode node, String pointer, boolean secretMember, Rewrite rewrite) {
        String text = node.stringValue();
        if (text.isEmpty() || text.equals(MASK) || ConnectionStrings.isTemplate(text)) {
            return node;
        }
        if (secretMember) {
            return rewrite.apply(new Secret(pointer, Secret.Form.MEMBER, text, MASK), node);
        }
        String shown = ConnectionStrings.masked(text);
        return shown.equals(text)
                ? node
                : rewrite.apply(new Secret(pointer, Secret.Form.CONNECTION_STRING, text, shown), node);
    }

    private static JsonNode rewriteSecureString(JsonNode node, String pointer, Rewrite rewrite) {
        Place value = Place.root(node).member("value");
        if (value.present() && value.json().isString()) {
            String text = value.json().stringValue();
            boolean open = !text.isEmpty() && !text.equals(MASK) && !ConnectionStrings.isTemplate(text);
            return open ? rewrite.apply(new Secret(pointer, Secret.Form.SECURE_STRING, text, MASK), node) : node;
        }
        // The declaration of a parameter: {"type": "SecureString", "defaultValue": "…"}.
        return copy(
                node,
                (name, child) -> name.equalsIgnoreCase("defaultValue")
                        ? rewrite(child, step(pointer, name), true, rewrite)
                        : child);
    }

    static boolean isSecureString(JsonNode node) {
        return Place.root(node).member("type").json().asString("").equalsIgnoreCase(TYPE);
    }

    private interface Member {
        JsonNode apply(String name, JsonNode child);
    }

    private static JsonNode copy(JsonNode node, Member change) {
        if (node.isObject()) {
            ObjectNode copy = Json.object();
            for (Map.Entry<String, JsonNode> e : node.properties()) {
                copy.set(e.getKey(), change.apply(e.getKey(), e.getValue()));
            }
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = Json.array();
            node.forEach(child -> copy.add(change.apply("", child)));
            return copy;
        }
        return node;
    }

    private static String step(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
