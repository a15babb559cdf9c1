package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.EntraIdentity.Application;
import dev.sluice.connectors.azure.EntraIdentity.Machine;
import dev.sluice.connectors.azure.EntraIdentity.Who;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ProblemException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which identity of Microsoft Entra ID a linked service of Azure names, if any.
public final class EntraSettings {
    /// Where applications log in, and where a machine asks for its own identity: variables of Azure's client libraries,
    /// and the system properties of the same meaning, which go before them.
    static final String AUTHORITY = "sluice.azure.authority";

    static final String MACHINE = "sluice.azure.machine";

    private static final Map<String, String> AUTHORITIES = Map.of(
            "azurepublic", "https://login.microsoftonline.com",
            "azurechina", "https://login.chinacloudapi.cn",
            "azureusgovernment", "https://login.microsoftonline.us",
            "azuregermany", "https://login.microsoftonline.de");

    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9.-]{1,200}");

    private EntraSettings() {}

    /// How a setting is refused: the problem that names setting and detail.
    public interface Refusal {
        ProblemException invalid(String setting, String detail);
    }

    /// Empty when the linked service proves itself otherwise.
    static Optional<EntraIdentity> of(Settings given, String store, Refusal refusal) {
        return of(given, store, EntraIdentity.RESOURCE, refusal);
    }

    /// @param resource address of the service that takes the tokens, with `/` at its end
    public static Optional<EntraIdentity> of(Settings given, String store, String resource, Refusal refusal) {
        String type = given.text("authenticationType").orElse("").toLowerCase(Locale.ROOT);
        Optional<String> id = given.text("servicePrincipalId").filter(i -> !i.isBlank());
        if (type.equals("serviceprincipal") || type.isEmpty() && id.isPresent()) {
            return Optional.of(identity(application(given, id, refusal), store, resource));
        }
        if (type.equals("msi") || type.equals("managedidentity")) {
            if (given.value("credential").isPresent()) {
                throw refusal.invalid(
                        "credential",
                        "identities assigned by a user are not resolved; leave it out to use the machine's own");
            }
            return Optional.of(machine(store, resource));
        }
        if (given.value("credential").filter(c -> !"".equals(c)).isPresent()) {
            throw refusal.invalid(
                    "credential",
                    "credentials are not resolved; name the application by"
                            + " servicePrincipalId, servicePrincipalKey and tenant");
        }
        return Optional.empty();
    }

    /// That of the machine the node runs on.
    public static EntraIdentity machine(String store, String resource) {
        URI tokens = URI.create(setting(MACHINE, "AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254")
                + "/metadata/identity/oauth2/token");
        return identity(new Machine(tokens, ""), store, resource);
    }

    private static EntraIdentity identity(Who who, String store, String resource) {
        return new EntraIdentity(store, who, resource, Clock.systemUTC());
    }

    private static Who application(Settings given, Optional<String> id, Refusal refusal) {
        String kind = given.text("servicePrincipalCredentialType").orElse("ServicePrincipalKey");
        if (!kind.equalsIgnoreCase("ServicePrincipalKey")) {
            throw refusal.invalid(
                    "servicePrincipalCredentialType", "only ServicePrincipalKey is supported, no certificates");
        }
        SecretValue secret = given.secret("servicePrincipalKey")
                .or(() -> given.secret("servicePrincipalCredential"))
                .filter(s -> !s.reveal().isBlank())
                .orElseThrow(() -> given.missing("servicePrincipalKey"));
        String tenant = given.requiredText("tenant").strip();
        if (!TENANT.matcher(tenant).matches()) {
            throw refusal.invalid("tenant", "expected the tenant's id or domain");
        }
        String cloud = given.text("azureCloudType").filter(c -> !c.isBlank()).orElse("AzurePublic");
        String usual = AUTHORITIES.get(cloud.toLowerCase(Locale.ROOT));
        if (usual == null) {
            throw refusal.invalid(
                    "azureCloudType", "expected AzurePublic, AzureChina, AzureUsGovernment or AzureGermany");
        }
        URI tokens = URI.create(setting(AUTHORITY, "AZURE_AUTHORITY_HOST", usual) + "/"
                + URLEncoder.encode(tenant, StandardCharsets.UTF_8) + "/oauth2/v2.0/token");
        return new Application(tokens, id.orElseThrow(() -> given.missing("servicePrincipalId")), secret);
    }

    private static String setting(String property, String variable, String otherwise) {
        String given = System.getProperty(
                property, Optional.ofNullable(System.getenv(variable)).orElse(otherwise));
        return given.replaceAll("/+$", "");
    }
}
