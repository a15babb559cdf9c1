package dev.sluice.service.app.signin;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.access.Role;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Forms;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.Principals;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// OAuth 2 client credentials as Azure's clients ask for them: an authority `https://HOST/adfs` as `az`
/// needs it for a cloud of one's own, or `https://HOST/TENANT` with any tenant, in both versions of the
/// endpoint; with the documents by which a client finds all that. Errors are OAuth's (RFC 6749), not Data
/// Factory's.
public final class TokenApi {
    private static final int MOST_FORM = 16 << 10;

    private final SignIn signIn;
    private final DocumentApi documents;
    private final InstantSource clock;

    public TokenApi(SignIn signIn, DocumentApi documents, InstantSource clock) {
        this.signIn = signIn;
        this.documents = documents;
        this.clock = clock;
    }

    public void addTo(Routes routes) {
        String configuration = ".well-known/openid-configuration";
        routes.add("GET", "/adfs/" + configuration, Permission.OPEN, call -> configuration(call, "adfs", "oauth2"))
                .add("GET", "/{tenant}/" + configuration, Permission.OPEN, call -> tenant(call, "", "oauth2"))
                .add(
                        "GET",
                        "/{tenant}/v2.0/" + configuration,
                        Permission.OPEN,
                        call -> tenant(call, "/v2.0", "oauth2/v2.0"))
                .add("POST", "/{tenant}/oauth2/token", Permission.OPEN, this::token)
                .add("POST", "/{tenant}/oauth2/v2.0/token", Permission.OPEN, this::token)
                .add("GET", "/discovery/keys", Permission.OPEN, call -> Answer.ok(signIn.keySet()))
                .add("GET", "/common/discovery/instance", Permission.OPEN, this::instance)
                .add("GET", "/metadata/endpoints", Permission.OPEN, this::endpoints)
                .add("POST", Paths.FACTORY + "/getDataPlaneAccess", Permission.READ, this::dataPlane);
    }

    /// `{permissions, accessResourcePath, profileName, startTime, expireTime}` → a token with which the factory can be
    /// read for an hour from now, whatever times were asked for. There is no other data plane than this API.
    private Answer dataPlane(Call call) {
        String place = Paths.id(documents.requireFactory(call));
        Place asked = Place.root(call.request().jsonOrEmpty());
        Place permissions = asked.member("permissions");
        if (!permissions.text().orElse("r").equals("r")) {
            throw permissions.invalid("r, the only permission there is");
        }
        Instant now = clock.instant();
        ObjectNode json = Json.object();
        ObjectNode policy = json.putObject("policy");
        policy.put("permissions", "r");
        policy.put(
                "accessResourcePath", asked.member("accessResourcePath").text().orElse(""));
        policy.put("profileName", asked.member("profileName").text().orElse("DefaultProfile"));
        policy.put("startTime", Timestamps.format(now));
        policy.put("expireTime", Timestamps.format(now.plus(OwnTokens.LIFE)));
        json.put("dataPlaneUrl", call.request().base());
        json.put(
                "accessToken",
                signIn.tokenFor(
                        call.caller(), place, Role.READER, call.request().base()));
        return Answer.ok(json);
    }

    private Answer tenant(Call call, String version, String path) {
        String tenant = call.variable("tenant");
        boolean any = tenant.equalsIgnoreCase("common") || tenant.equalsIgnoreCase("organizations");
        String id = any ? signIn.tenant() : tenant;
        return answer(
                call, call.request().base() + "/" + id + version, call.request().base() + "/" + id + "/" + path);
    }

    private Answer configuration(Call call, String authority, String path) {
        String base = call.request().base() + "/" + authority;
        return answer(call, base, base + "/" + path);
    }

    private static Answer answer(Call call, String issuer, String endpoints) {
        ObjectNode json = Json.object();
        json.put("issuer", issuer);
        json.put("token_endpoint", endpoints + "/token");
        json.put("authorization_endpoint", endpoints + "/authorize");
        json.put("device_authorization_endpoint", endpoints + "/devicecode");
        json.put("jwks_uri", call.request().base() + "/discovery/keys");
        json.putArray("response_types_supported").add("token");
        json.putArray("grant_types_supported").add("client_credentials");
        json.putArray("subject_types_supported").add("public");
        json.putArray("id_token_signing_alg_values_supported").add("ES256");
        json.putArray("token_endpoint_auth_methods_supported")
                .add("client_secret_post")
                .add("client_secret_basic");
        json.putArray("scopes_supported").add("openid");
        return Answer.ok(json);
    }

    /// Which authorities belong together; asked by clients that do not know this one.
    private Answer instance(Call call) {
        ObjectNode json = Json.object();
        json.put(
                "tenant_discovery_endpoint",
                call.request().base() + "/" + signIn.tenant() + "/v2.0/.well-known/openid-configuration");
        json.put("api-version", "1.1");
        String host = call.request().base().substring("https://".length());
        ObjectNode metadata = json.putArray("metadata").addObject();
        metadata.put("preferred_network", host).put("preferred_cache", host);
        metadata.putArray("aliases").add(host);
        return Answer.ok(json);
    }

    /// What `az cloud register --endpoint-resource-manager` reads.
    private Answer endpoints(Call call) {
        String base = call.request().base();
        ObjectNode json = Json.object();
        json.put("name", "Sluice");
        json.put("galleryEndpoint", base + "/");
        json.put("graphEndpoint", base + "/");
        json.put("graph", base + "/");
        json.put("portalEndpoint", base + "/");
        json.put("portal", base + "/");
        json.put("resourceManager", base + "/");
        ObjectNode authentication = json.putObject("authentication");
        authentication.put("loginEndpoint", base + "/adfs");
        authentication.put("identityProvider", "ADFS");
        authentication.put("tenant", "adfs");
        authentication.putArray("audiences").add(base + "/");
        json.putObject("suffixes");
        return Answer.ok(json);
    }

    private Answer token(Call call) {
        if (call.request().body().length > MOST_FORM) {
            return refused(400, "invalid_request", "the form is too large");
        }
        Map<String, String> form =
                new LinkedHashMap<>(Forms.parse(new String(call.request().body(), StandardCharsets.UTF_8)));
        call.request().header("authorization").ifPresent(basic -> addBasic(form, basic));
        if (!form.getOrDefault("grant_type", "").equals("client_credentials")) {
            return refused(400, "unsupported_grant_type", "only client_credentials are accepted here");
        }
        if (form.containsKey("client_assertion")) {
            return refused(400, "invalid_request", "a client proves itself by its secret here, not by a certificate");
        }
        Optional<Principals.Principal> principal =
                signIn.principal(form.getOrDefault("client_id", ""), form.getOrDefault("client_secret", ""));
        if (principal.isEmpty()) {
            return refused(401, "invalid_client", "there is no service principal with this client_id and client_secret")
                    .with("WWW-Authenticate", "Basic realm=\"sluice\"");
        }
        String audience = audience(form, call.request().base());
        String issuer = call.request().base() + "/" + call.variable("tenant");
        ObjectNode json = Json.object();
        json.put("token_type", "Bearer");
        json.put("expires_in", OwnTokens.LIFE.toSeconds());
        json.put("ext_expires_in", OwnTokens.LIFE.toSeconds());
        json.put("access_token", signIn.token(principal.get(), issuer, audience));
        return Answer.ok(json).with("Pragma", "no-cache");
    }

    /// `resource`, or `scope` without its `/.default`.
    private static String audience(Map<String, String> form, String base) {
        String resource = form.getOrDefault("resource", "");
        String scope = form.getOrDefault("scope", "").split(" ")[0];
        String wanted = resource.isEmpty() ? scope : resource;
        String suffix = "/.default";
        String audience = wanted.endsWith(suffix) ? wanted.substring(0, wanted.length() - suffix.length()) : wanted;
        return audience.isEmpty() ? base : audience;
    }

    private static void addBasic(Map<String, String> form, String header) {
        if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
            return;
        }
        try {
            String both =
                    new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = both.indexOf(':');
            if (colon > 0) {
                form.put("client_id", both.substring(0, colon));
                form.put("client_secret", both.substring(colon + 1));
            }
        } catch (IllegalArgumentException noBase64) {
            form.remove("client_secret");
        }
    }

    private static Answer refused(int status, String code, String description) {
        return Answer.of(status, Json.object().put("error", code).put("error_description", description));
    }
}
