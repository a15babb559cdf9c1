package dev.sluice.node.agent.web;

import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/// Tokens of Microsoft Entra ID: for an application by its secret, for the machine from the service that Azure's
/// virtual machines have.
///
/// @param authority where applications log in
/// @param machine where a machine asks for its own identity
/// @param resourceManager where Azure's resources are managed, for those that are found there
public record Tokens(URI authority, URI machine, URI resourceManager) {
    /// By the variables that Azure's client libraries use, too, and `AZURE_RESOURCE_MANAGER_ENDPOINT` for other clouds.
    public static Tokens ofEnvironment(Map<String, String> environment) {
        return new Tokens(
                URI.create(environment.getOrDefault("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com")),
                URI.create(environment.getOrDefault("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254")),
                URI.create(
                        environment.getOrDefault("AZURE_RESOURCE_MANAGER_ENDPOINT", "https://management.azure.com")));
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /// A machine without an identity service does not answer at all.
    private static final Duration MACHINE_TIMEOUT = Duration.ofSeconds(3);

    String of(Identity.ServicePrincipal principal, WebClient client) throws InterruptedException {
        String form = "grant_type=client_credentials&client_id=" + encoded(principal.client()) + "&client_secret="
                + encoded(principal.secret()) + "&resource=" + encoded(principal.resource());
        URI url = URI.create(withoutSlash(authority) + "/" + encoded(principal.tenant()) + "/oauth2/token");
        WebRequest.Answer answer = client.exchange(new WebRequest(
                "POST",
                url,
                Map.of("Content-Type", "application/x-www-form-urlencoded"),
                form.getBytes(StandardCharsets.UTF_8),
                false,
                TIMEOUT));
        return token(answer, principal.resource(), authority.getHost());
    }

    String of(Identity.Managed managed, WebClient client) throws InterruptedException {
        String url = withoutSlash(machine) + "/metadata/identity/oauth2/token?api-version=2018-02-01&resource="
                + encoded(managed.resource())
                + (managed.client().isEmpty() ? "" : "&client_id=" + encoded(managed.client()));
        try {
            WebRequest.Answer answer = client.exchange(new WebRequest(
                    "GET", URI.create(url), Map.of("Metadata", "true"), new byte[0], false, MACHINE_TIMEOUT));
            return token(answer, managed.resource(), "the machine's identity service");
        } catch (ProblemException e) {
            if (e.problem().fault() == ActivityFaults.HTTP_UNREACHABLE
                    || e.problem().fault() == ActivityFaults.HTTP_TIMEOUT) {
                throw ActivityFaults.AUTHENTICATION_UNSUPPORTED
                        .problem()
                        .evidence("type", "MSI")
                        .evidence("detail", "the node runs on a machine without a managed identity of Azure")
                        .from(e)
                        .exception();
            }
            throw e;
        }
    }

    private static String token(WebRequest.Answer answer, String resource, String authority) {
        String detail = "status " + answer.status();
        try {
            var json = Json.parse(answer.body());
            if (answer.succeeded() && json.path("access_token").isString()) {
                return json.path("access_token").stringValue();
            }
            detail = json.path("error_description").asString(json.path("error").asString(detail));
        } catch (ProblemException e) {
            detail += ", an answer that is no JSON";
        }
        throw ActivityFaults.TOKEN_REFUSED
                .problem()
                .evidence("resource", resource)
                .evidence("authority", authority)
                .evidence("detail", detail)
                .exception();
    }

    private static String withoutSlash(URI address) {
        return address.toString().replaceAll("/+$", "");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
