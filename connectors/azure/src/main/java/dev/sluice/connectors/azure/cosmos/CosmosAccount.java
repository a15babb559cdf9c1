package dev.sluice.connectors.azure.cosmos;

import dev.sluice.connectors.azure.EntraIdentity;
import dev.sluice.connectors.azure.EntraSettings;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The linked service once checked.
///
/// @param store its name
/// @param endpoint of the account, without a path
record CosmosAccount(String store, URI endpoint, String database, Credential credential) {
    private static final Set<String> MEMBERS = names(
            "connectionString",
            "accountEndpoint",
            "accountKey",
            "database",
            "servicePrincipalId",
            "servicePrincipalCredentialType",
            "servicePrincipalCredential",
            "servicePrincipalKey",
            "tenant",
            "azureCloudType",
            "connectionMode",
            "credential",
            "encryptedCredential");
    private static final Set<String> ENTRIES = names("AccountEndpoint", "AccountKey", "Database");
    private static final int LONGEST = 10_000;

    /// By what a request proves who sends it.
    sealed interface Credential {}

    /// One of the account's keys, in Base64.
    record MasterKey(SecretValue key) implements Credential {}

    record Identity(EntraIdentity identity) implements Credential {}

    private static Set<String> names(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(Set.of(names));
        return set;
    }

    static CosmosAccount of(Endpoint at) {
        Settings given = at.linkedService();
        String store = at.linkedServiceName();
        given.names().stream().filter(n -> !MEMBERS.contains(n)).findFirst().ifPresent(n -> {
            throw notAllowed(at, n, MEMBERS);
        });
        Map<String, String> entries = given.secret("connectionString")
                .filter(s -> !s.reveal().isBlank())
                .map(s -> entries(at, s.reveal()))
                .orElseGet(Map::of);
        String address = Optional.ofNullable(entries.get("AccountEndpoint"))
                .or(() -> given.text("accountEndpoint").filter(a -> !a.isBlank()))
                .orElseThrow(() -> given.missing(entries.isEmpty() ? "connectionString" : "accountEndpoint"));
        URI endpoint = endpoint(at, address);
        String database = Optional.ofNullable(entries.get("Database"))
                .or(() -> given.text("database").filter(d -> !d.isBlank()))
                .orElseThrow(() -> given.missing("database"));
        Optional<SecretValue> key = Optional.ofNullable(entries.get("AccountKey"))
                .map(SecretValue::new)
                .or(() -> given.secret("accountKey"))
                .filter(k -> !k.reveal().isBlank());
        Credential credential = key.isPresent()
                ? new MasterKey(checked(at, key.get()))
                : new Identity(identity(at, endpoint, given, store));
        return new CosmosAccount(store, endpoint, database, credential);
    }

    /// Without a key an application is the one who asks, or else the machine.
    private static EntraIdentity identity(Endpoint at, URI endpoint, Settings given, String store) {
        if (given.has("encryptedCredential")) {
            throw invalid(
                    at,
                    "encryptedCredential",
                    "only the runtime that encrypted it can read it; give connectionString or accountKey");
        }
        if (!"https".equals(endpoint.getScheme()) && !isLocal(endpoint)) {
            throw invalid(at, "accountEndpoint", "a token is sent over https only");
        }
        String resource = endpoint.getScheme() + "://" + endpoint.getHost() + "/";
        return EntraSettings.of(given, store, resource, (setting, detail) -> invalid(at, setting, detail))
                .orElseGet(() -> EntraSettings.machine(store, resource));
    }

    private static boolean isLocal(URI endpoint) {
        try {
            return InetAddress.getByName(endpoint.getHost()).isLoopbackAddress();
        } catch (java.net.UnknownHostException e) {
            return false;
        }
    }

    private static SecretValue checked(Endpoint at, SecretValue key) {
        try {
            if (Base64.getDecoder().decode(key.reveal().strip()).length > 0) {
                return new SecretValue(key.reveal().strip());
            }
        } catch (IllegalArgumentException noBase64) {
            // Its text may hold the key.
            throw invalid(at, "accountKey", "it is not Base64: copy the whole key, with the signs = at its end");
        }
        throw invalid(at, "accountKey", "it is empty");
    }

    private static URI endpoint(Endpoint at, String text) {
        try {
            URI uri = new URI(text.strip());
            boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            boolean bare = uri.getRawQuery() == null && uri.getRawUserInfo() == null;
            if (web && bare && uri.getHost() != null && uri.getRawPath().matches("/*")) {
                String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
                return URI.create(uri.getScheme() + "://" + uri.getHost() + port);
            }
        } catch (URISyntaxException e) {
            throw invalid(at, "accountEndpoint", "expected https://ACCOUNT.documents.azure.com:443/");
        }
        throw invalid(at, "accountEndpoint", "expected https://ACCOUNT.documents.azure.com:443/");
    }

    /// `Name=value;…`: keys have `=` at their end.
    private static Map<String, String> entries(Endpoint at, String text) {
        if (text.length() > LONGEST) {
            throw invalid(at, "connectionString", "it is longer than " + LONGEST + " characters");
        }
        Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int number = 0;
        for (String entry : text.split(";", -1)) {
            number++;
            int equals = entry.indexOf('=');
            if (entry.isBlank()) {
                continue;
            }
            if (equals <= 0) {
                throw invalid(at, "connectionString", "entry " + number + " is not of the form Name=value");
            }
            String name = entry.substring(0, equals).strip();
            if (!ENTRIES.contains(name)) {
                throw notAllowed(at, name, ENTRIES);
            }
            found.put(name, entry.substring(equals + 1).strip());
        }
        return found;
    }

    private static ProblemException notAllowed(Endpoint at, String name, Set<String> allowed) {
        return ConnectionFaults.SETTING_NOT_ALLOWED
                .problem()
                .at(at.linkedService().pointer() + "/" + name)
                .evidence("setting", name)
                .evidence("store", at.linkedServiceName())
                .evidence("allowed", String.join(", ", allowed))
                .exception();
    }

    private static ProblemException invalid(Endpoint at, String setting, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(at.linkedService().pointer() + "/" + setting)
                .evidence("setting", setting)
                .evidence("store", at.linkedServiceName())
                .evidence("detail", detail)
                .exception();
    }

    /// For messages.
    String user() {
        return switch (credential) {
            case MasterKey _ -> "the account's key";
            case Identity i -> i.identity().user();
        };
    }

    int port() {
        return endpoint.getPort() > 0 ? endpoint.getPort() : "http".equals(endpoint.getScheme()) ? 80 : 443;
    }

    /// The same account at another of its addresses.
    CosmosAccount at(URI other) {
        return new CosmosAccount(store, other, database, credential);
    }
}
