package dev.sluice.node.agent.job;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.web.Identity;
import dev.sluice.node.agent.web.Tokens;
import dev.sluice.node.agent.web.WebClient;
import dev.sluice.node.agent.web.WebRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Secrets that lie in a vault of Azure, fetched when the job's documents are read, each once per job. They
/// pass neither through the service nor into a file. For one thread.
final class KeyVault {
    private static final String TYPE = "AzureKeyVaultSecret";
    private static final String API = "7.4";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final JobSpec spec;
    private final OwnersRules rules;
    private final Tokens tokens;
    private final Map<String, SecretValue> fetched = new HashMap<>();
    private final Set<String> asked = new HashSet<>();

    KeyVault(JobSpec spec, OwnersRules rules, Tokens tokens) {
        this.spec = spec;
        this.rules = rules;
        this.tokens = tokens;
    }

    /// Whether a value stands for a secret in a vault.
    static boolean refers(JsonNode value) {
        return value.isObject()
                && Place.root(value).member("type").json().asString("").equalsIgnoreCase(TYPE);
    }

    /// The secret that a reference names.
    ///
    /// @param settings reads the vault's linked service, whose own secrets are sealed
    SecretValue secret(JsonNode reference, JobSettings settings) {
        Place place = Place.root(reference);
        JobSpec.Resource vault = vault(Reference.of(place.member("store")).name());
        String name = place.member("secretName").requiredText();
        String version = place.member("secretVersion").text().orElse("").strip();
        SecretValue known = fetched.get(vault.name() + "/" + name + "/" + version);
        if (known == null) {
            known = fetch(vault, name, version, settings);
            fetched.put(vault.name() + "/" + name + "/" + version, known);
        }
        return known;
    }

    private JobSpec.Resource vault(String name) {
        return spec.linkedServices().values().stream()
                .filter(service -> service.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> DocumentFaults.REFERENCE_MISSING
                        .problem()
                        .evidence("object", "linked service")
                        .evidence("name", name)
                        .exception());
    }

    private SecretValue fetch(JobSpec.Resource vault, String name, String version, JobSettings settings) {
        if (!asked.add(vault.name())) {
            throw refused(
                    vault.name(), name, "none", Json.parse("{\"error\":{\"message\":\"its own key lies in it\"}}"));
        }
        Settings properties = settings.of(
                "linkedService/" + vault.name() + ":/properties/typeProperties",
                Place.root(vault.properties()).member("typeProperties").json());
        asked.remove(vault.name());
        URI base = WebSettings.url(properties, "baseUrl");
        URI url = URI.create(base.toString().replaceAll("/+$", "") + "/secrets/" + encoded(name)
                + (version.isEmpty() ? "" : "/" + encoded(version)) + "?api-version=" + API);
        try (WebClient client = new WebClient(identity(properties, base), false, rules.hosts(), tokens)) {
            WebRequest.Answer answer = client.call(new WebRequest("GET", url, Map.of(), new byte[0], false, TIMEOUT));
            JsonNode json = json(answer);
            if (!answer.succeeded() || !json.path("value").isString()) {
                throw refused(vault.name(), name, Integer.toString(answer.status()), json);
            }
            return new SecretValue(json.path("value").stringValue());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ActivityFaults.VAULT_SECRET
                    .problem()
                    .evidence("secret", name)
                    .evidence("vault", vault.name())
                    .evidence("status", "(none)")
                    .evidence("detail", "the job was cancelled")
                    .from(e)
                    .exception();
        }
    }

    /// The vault's own words; its errors name the secret and never its value.
    private static ProblemException refused(String vault, String secret, String status, JsonNode answer) {
        return ActivityFaults.VAULT_SECRET
                .problem()
                .evidence("secret", secret)
                .evidence("vault", vault)
                .evidence("status", status)
                .evidence("detail", answer.path("error").path("message").asString("no reason is given"))
                .exception();
    }

    private static JsonNode json(WebRequest.Answer answer) {
        try {
            return Json.parse(answer.body());
        } catch (ProblemException noJson) {
            return Json.object();
        }
    }

    /// An application by its secret, where the linked service names one, else the machine.
    private static Identity identity(Settings properties, URI base) {
        String resource = resource(String.valueOf(base.getHost()));
        if (properties.has("servicePrincipalId")) {
            return new Identity.ServicePrincipal(
                    properties.requiredText("tenant"),
                    WebSettings.plain(properties, "servicePrincipalId"),
                    WebSettings.plain(properties, "servicePrincipalKey"),
                    resource);
        }
        return new Identity.Managed("", resource);
    }

    /// Each cloud of Azure has its own: `https://vault.azure.net`, `https://vault.azure.cn`.
    private static String resource(String host) {
        int at = host.indexOf(".vault.");
        return "https://" + (at < 0 ? "vault.azure.net" : host.substring(at + 1));
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8);
    }
}
