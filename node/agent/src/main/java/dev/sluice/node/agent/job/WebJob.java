package dev.sluice.node.agent.job;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.node.agent.web.Tokens;
import dev.sluice.node.agent.web.WebClient;
import dev.sluice.node.agent.web.WebRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls of web services: Web, WebHook and Azure Function activities.
///
/// The output of a Web activity is the object that the service answers; an array becomes its `value`, any other
/// text its `Response`. The headers of the answer stand in `ADFWebActivityResponseHeaders`. Datasets and linked
/// services that the activity passes on go into the body with their secrets masked.
final class WebJob {
    private static final Duration WEB_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(230);

    private final JobDocuments documents;
    private final OwnersRules rules;
    private final Tokens tokens;

    WebJob(JobDocuments documents, OwnersRules rules, Tokens tokens) {
        this.documents = documents;
        this.rules = rules;
        this.tokens = tokens;
    }

    ObjectNode web() {
        Settings properties = documents.properties();
        return call(properties, client -> {
            WebRequest request = new WebRequest(
                    WebSettings.method(properties),
                    WebSettings.url(properties, "url"),
                    withType(WebSettings.headers(properties, client), body()),
                    body(),
                    !properties.flag("turnOffAsync", false),
                    WebSettings.timeout(properties, WEB_TIMEOUT));
            return output(client.succeed(request));
        });
    }

    /// The request that asks a service to call back under the address that the service gave for it, which stands
    /// in the body as `callBackUri`; what happens then is not this job's.
    ObjectNode webHook() {
        Settings properties = documents.properties();
        String address =
                Place.root(documents.spec().activity()).member("callBackUri").requiredText();
        byte[] body = asking(properties, address);
        return call(properties, client -> {
            client.keepSecret(address);
            WebRequest request = new WebRequest(
                    WebSettings.method(properties),
                    WebSettings.url(properties, "url"),
                    withType(WebSettings.headers(properties, client), body),
                    body,
                    false,
                    WEB_TIMEOUT);
            return output(client.succeed(request));
        });
    }

    ObjectNode function() {
        Settings properties = documents.properties();
        JobSpec.Resource service = documents.service();
        Settings app = documents.typeProperties("linkedService", service);
        return call(Settings.EMPTY, client -> {
            Map<String, String> headers = withType(WebSettings.headers(properties, client), body());
            app.secret("functionKey").ifPresent(key -> {
                client.keepSecret(key.reveal());
                headers.put("x-functions-key", key.reveal());
            });
            String name = properties.requiredText("functionName").replaceAll("^/+", "");
            String url = WebSettings.url(app, "functionAppUrl").toString().replaceAll("/+$", "") + "/api/" + name;
            WebRequest request = new WebRequest(
                    WebSettings.method(properties),
                    WebSettings.url(new Settings(properties.pointer(), Map.of("functionName", url)), "functionName"),
                    headers,
                    body(),
                    false,
                    FUNCTION_TIMEOUT);
            WebRequest.Answer answer = client.succeed(request);
            if (answer.body().length > 0 && !(json(answer) instanceof ObjectNode)) {
                throw ActivityFaults.HTTP_STATUS
                        .problem()
                        .evidence("url", url)
                        .evidence("status", answer.status())
                        .evidence("detail", "Response Content is not a valid JObject.")
                        .exception();
            }
            return output(answer);
        });
    }

    private interface Call {
        ObjectNode with(WebClient client) throws InterruptedException;
    }

    private ObjectNode call(Settings properties, Call call) {
        Instant start = documents.conditions().clock().instant();
        Endpoint nobody = new Endpoint(
                Kind.USER, "", "", Settings.EMPTY, documents.spec().activityName(), "", Settings.EMPTY, properties);
        ObjectNode output = Stoppable.run(documents, nobody, open -> {
            WebClient client = open.add(new WebClient(
                    WebSettings.identity(properties),
                    properties.flag("disableCertValidation", false),
                    rules.hosts(),
                    tokens));
            return call.with(client);
        });
        return JobOutput.completed(output, documents.conditions(), start, "ExternalActivity");
    }

    /// The body as it goes out: a text as it is, anything else as JSON.
    private byte[] body() {
        Place properties = documents.json();
        JsonNode body = properties.member("body").json();
        boolean passes = !documents.spec().inputs().isEmpty()
                || properties.member("linkedServices").json().size() > 0;
        if (passes) {
            return Json.bytes(passing(body));
        }
        if (body.isMissingNode() || body.isNull()) {
            return new byte[0];
        }
        return (body.isString() ? body.stringValue() : Json.write(body)).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] asking(Settings properties, String address) {
        ObjectNode whole = Json.object();
        byte[] given = body();
        if (given.length > 0) {
            whole.setAll(object(properties, given));
        }
        whole.put("callBackUri", address);
        return Json.bytes(whole);
    }

    private static ObjectNode object(Settings properties, byte[] body) {
        try {
            return Json.parseObject(body);
        } catch (ProblemException e) {
            throw properties.wrong("body", "another text", "a JSON object, since callBackUri is put into it");
        }
    }

    private ObjectNode passing(JsonNode body) {
        ObjectNode whole = Json.object();
        if (body instanceof ObjectNode object) {
            whole.setAll(object);
        } else if (body.isString() && !body.stringValue().isBlank()) {
            whole.setAll(Json.parseObject(body.stringValue()));
        }
        ArrayNode datasets = whole.putArray("datasets");
        documents.spec().inputs().forEach(end -> datasets.add(shown(end.dataset())));
        ArrayNode services = whole.putArray("linkedServices");
        documents.spec().inputs().forEach(end -> services.add(shown(end.linkedService())));
        for (Place reference : documents.json().member("linkedServices").items()) {
            services.add(
                    shown(documents.service(reference.member("referenceName").requiredText())));
        }
        return whole;
    }

    private static ObjectNode shown(JobSpec.Resource resource) {
        ObjectNode json = Json.object();
        json.put("name", resource.name());
        json.set("properties", SecretPlaces.masked(resource.properties()));
        return json;
    }

    private static Map<String, String> withType(Map<String, String> headers, byte[] body) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (body.length > 0 && all.keySet().stream().noneMatch("content-type"::equalsIgnoreCase)) {
            all.put("Content-Type", "application/json");
        }
        return all;
    }

    private static JsonNode json(WebRequest.Answer answer) {
        try {
            return Json.parse(answer.body());
        } catch (ProblemException noJson) {
            return Json.text(answer.text());
        }
    }

    private static ObjectNode output(WebRequest.Answer answer) {
        ObjectNode output = Json.object();
        if (answer.body().length > 0) {
            JsonNode json = json(answer);
            if (json instanceof ObjectNode object) {
                output.setAll(object);
            } else if (json.isArray()) {
                output.set("value", json);
            } else {
                output.put("Response", answer.text());
            }
        }
        ObjectNode headers = output.putObject("ADFWebActivityResponseHeaders");
        answer.headers().forEach((name, values) -> {
            if (!name.startsWith(":")) {
                headers.put(spelt(name), String.join(",", values));
            }
        });
        return output;
    }

    /// A header's name as Data Factory shows it, however the service wrote it: `Content-Type`.
    private static String spelt(String name) {
        return Stream.of(name.split("-", -1))
                .map(part -> part.isEmpty() ? part : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
                .collect(Collectors.joining("-"));
    }
}
