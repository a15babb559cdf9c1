package dev.sluice.connectors.azure;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a linked service says about a storage account.
///
/// @param side whose store it is, for problems
/// @param store the linked service's name
/// @param service the account's blob endpoint, without a query
/// @param account its name
/// @param key shared key
/// @param sas shared access signature, without `?`
/// @param container the container the URI itself names
record BlobAccount(
        Kind side,
        String store,
        URI service,
        String account,
        Optional<SecretValue> key,
        Optional<SecretValue> sas,
        Optional<String> container) {

    private static final int MAX_LENGTH = 10_000;
    private static final String EMULATOR = "devstoreaccount1";

    /// The emulator's published key; the same for everybody, so no secret.
    private static final String EMULATOR_KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static final List<String> ALLOWED = List.of(
            "AccountKey",
            "AccountName",
            "BlobEndpoint",
            "DefaultEndpointsProtocol",
            "EndpointSuffix",
            "FileEndpoint",
            "QueueEndpoint",
            "SharedAccessSignature",
            "TableEndpoint",
            "UseDevelopmentStorage");

    static BlobAccount of(Endpoint endpoint) {
        Settings s = endpoint.linkedService();
        Optional<SecretValue> connection = s.secret("connectionString");
        Optional<SecretValue> sasUri = s.secret("sasUri");
        Optional<String> containerUri = s.text("containerUri").filter(u -> !u.isBlank());
        if (connection.isPresent()) {
            return fromString(endpoint, connection.get().reveal(), s.secret("accountKey"));
        }
        if (sasUri.isPresent()) {
            return fromUri(endpoint, "sasUri", sasUri.get().reveal(), s.secret("sasToken"));
        }
        if (containerUri.isPresent()) {
            return fromUri(endpoint, "containerUri", containerUri.get(), Optional.empty());
        }
        if (s.has("servicePrincipalId") || s.has("credential")) {
            throw s.wrong("authenticationType", "ServicePrincipal", "AccountKey, SasUri or Anonymous in this version");
        }
        String service = s.text("serviceEndpoint").orElseThrow(() -> s.missing("connectionString"));
        if (s.text("authenticationType").filter("Anonymous"::equalsIgnoreCase).isEmpty()) {
            throw s.wrong(
                    "authenticationType",
                    s.text("authenticationType").orElse("ManagedIdentity"),
                    "AccountKey, SasUri or Anonymous in this version");
        }
        return fromUri(endpoint, "serviceEndpoint", service, Optional.empty());
    }

    private static BlobAccount fromString(Endpoint endpoint, String text, Optional<SecretValue> separateKey) {
        Map<String, String> entries = entries(endpoint, text);
        boolean emulated = "true".equalsIgnoreCase(entries.get("UseDevelopmentStorage"));
        String account = emulated
                ? EMULATOR
                : Optional.ofNullable(entries.get("AccountName")).orElse("");
        Optional<SecretValue> key = separateKey
                .or(() -> Optional.ofNullable(entries.get("AccountKey")).map(SecretValue::new))
                .or(() -> emulated ? Optional.of(new SecretValue(EMULATOR_KEY)) : Optional.empty());
        Optional<SecretValue> sas = Optional.ofNullable(entries.get("SharedAccessSignature"))
                .map(BlobAccount::withoutMark)
                .map(SecretValue::new);
        String blobs = entries.get("BlobEndpoint");
        if (blobs == null && emulated) {
            blobs = "http://127.0.0.1:10000/" + EMULATOR;
        } else if (blobs == null) {
            if (account.isEmpty()) {
                throw invalid(endpoint, "connectionString", "it has neither AccountName nor BlobEndpoint");
            }
            String scheme = entries.getOrDefault("DefaultEndpointsProtocol", "https");
            blobs = scheme + "://" + account + ".blob." + entries.getOrDefault("EndpointSuffix", "core.windows.net");
        }
        if (key.isEmpty() && sas.isEmpty()) {
            throw invalid(endpoint, "connectionString", "it has neither AccountKey nor SharedAccessSignature");
        }
        key.ifPresent(k -> requireBase64(endpoint, k));
        URI service = uri(endpoint, "connectionString", blobs);
        String name = account.isEmpty() ? accountOf(service) : account;
        return new BlobAccount(
                endpoint.side(),
                endpoint.linkedServiceName(),
                service,
                name,
                sas.isPresent() ? Optional.empty() : key,
                sas,
                Optional.empty());
    }

    private static Map<String, String> entries(Endpoint endpoint, String text) {
        if (text.length() > MAX_LENGTH) {
            throw invalid(endpoint, "connectionString", "it is longer than " + MAX_LENGTH + " characters");
        }
        Map<String, String> entries = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String entry : text.split(";")) {
            int equals = entry.indexOf('=');
            if (!entry.isBlank() && equals < 0) {
                throw invalid(endpoint, "connectionString", "entry " + (entries.size() + 1) + " has no '='");
            }
            if (!entry.isBlank()) {
                String name = entry.substring(0, equals).strip();
                if (ALLOWED.stream().noneMatch(name::equalsIgnoreCase)) {
                    throw ConnectionFaults.SETTING_NOT_ALLOWED
                            .problem()
                            .at(endpoint.linkedService().pointer())
                            .evidence("setting", name)
                            .evidence("store", endpoint.linkedServiceName())
                            .evidence("allowed", String.join(", ", ALLOWED))
                            .exception();
                }
                entries.put(name, entry.substring(equals + 1).strip());
            }
        }
        return entries;
    }

    /// A URI of an account or of a container, possibly with a SAS as its query.
    private static BlobAccount fromUri(
            Endpoint endpoint, String setting, String text, Optional<SecretValue> separateSas) {
        int query = text.indexOf('?');
        URI uri = uri(endpoint, setting, (query < 0 ? text : text.substring(0, query)).strip());
        Optional<SecretValue> sas = separateSas
                .map(s -> new SecretValue(withoutMark(s.reveal())))
                .or(() -> query < 0 ? Optional.empty() : Optional.of(new SecretValue(text.substring(query + 1))));
        List<String> path = List.of(uri.getPath().replaceAll("^/+|/+$", "").split("/"));
        int own = isPathStyle(uri) ? 1 : 0;
        String account = own == 1 ? path.getFirst() : accountOf(uri);
        Optional<String> container =
                path.size() > own && !path.get(own).isEmpty() ? Optional.of(path.get(own)) : Optional.empty();
        URI service = uri.resolve(own == 1 ? "/" + account : "/");
        return new BlobAccount(
                endpoint.side(), endpoint.linkedServiceName(), service, account, Optional.empty(), sas, container);
    }

    private static String withoutMark(String sas) {
        return sas.startsWith("?") ? sas.substring(1) : sas;
    }

    /// At an IP address (an emulator) the account is the first part of the path.
    private static boolean isPathStyle(URI uri) {
        String host = uri.getHost();
        return host.equals("localhost") || host.matches("[0-9.]+") || host.startsWith("[");
    }

    private static String accountOf(URI uri) {
        if (isPathStyle(uri)) {
            String path = uri.getPath().replaceAll("^/+", "");
            return path.contains("/") ? path.substring(0, path.indexOf('/')) : path;
        }
        String host = uri.getHost();
        return host.contains(".") ? host.substring(0, host.indexOf('.')) : host;
    }

    private static URI uri(Endpoint endpoint, String setting, String text) {
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getHost() == null
                    || uri.getUserInfo() != null
                    || !(scheme.equals("https") || scheme.equals("http"))) {
                throw invalid(endpoint, setting, "its address is no http or https URI with a host");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw invalid(endpoint, setting, "its address is no valid URI");
        }
    }

    private static void requireBase64(Endpoint endpoint, SecretValue key) {
        try {
            if (java.util.Base64.getDecoder().decode(key.reveal()).length == 0) {
                throw invalid(endpoint, "accountKey", "it is empty");
            }
        } catch (IllegalArgumentException e) {
            throw invalid(endpoint, "accountKey", "it is not base64; copy it again from the account's access keys");
        }
    }

    private static ProblemException invalid(Endpoint endpoint, String setting, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(endpoint.linkedService().pointer())
                .evidence("setting", setting)
                .evidence("store", endpoint.linkedServiceName())
                .evidence("detail", detail)
                .exception();
    }

    /// Whether it is addressed as emulators are.
    boolean isPathStyle() {
        return isPathStyle(service);
    }

    /// The endpoint's port, also where the URI leaves it out.
    int port() {
        return service.getPort() > 0 ? service.getPort() : service.getScheme().equalsIgnoreCase("http") ? 80 : 443;
    }
}
