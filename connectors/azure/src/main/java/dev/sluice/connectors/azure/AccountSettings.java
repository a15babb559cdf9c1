package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.AzureAccount.AccountKey;
import dev.sluice.connectors.azure.AzureAccount.Anonymous;
import dev.sluice.connectors.azure.AzureAccount.Credential;
import dev.sluice.connectors.azure.AzureAccount.Sas;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a linked service of type `AzureBlobStorage`, `AzureStorage`, `AzureBlobFS` or `AzureTableStorage`. No message
/// holds a value that may be a secret.
final class AccountSettings {
    private static final Set<String> MEMBERS = names(
            "connectionString",
            "accountKey",
            "sasUri",
            "sasToken",
            "serviceEndpoint",
            "containerUri",
            "authenticationType",
            "azureCloudType",
            "accountKind",
            "url",
            "servicePrincipalCredentialType",
            "servicePrincipalCredential",
            "servicePrincipalId",
            "servicePrincipalKey",
            "tenant",
            "credential",
            "encryptedCredential");

    /// Names of a connection string; those of the other services come with it from the portal and are not used.
    private static final Set<String> STRING_NAMES = names(
            "DefaultEndpointsProtocol",
            "AccountName",
            "AccountKey",
            "EndpointSuffix",
            "SharedAccessSignature",
            "BlobEndpoint",
            "UseDevelopmentStorage",
            "BlobSecondaryEndpoint",
            "QueueEndpoint",
            "QueueSecondaryEndpoint",
            "TableEndpoint",
            "TableSecondaryEndpoint",
            "FileEndpoint",
            "FileSecondaryEndpoint");

    /// Published with the emulator: not a secret.
    private static final String EMULATOR_ACCOUNT = "devstoreaccount1";

    private static final String EMULATOR_KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static final Map<String, String> SUFFIXES = Map.of(
            "azurepublic", "core.windows.net",
            "azurechina", "core.chinacloudapi.cn",
            "azureusgovernment", "core.usgovcloudapi.net",
            "azuregermany", "core.cloudapi.de");

    private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{1,62}");
    private static final Pattern SUFFIX = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200})");
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~%+/=&:,-]{1,4000}");
    private static final Pattern EXPIRY = Pattern.compile("(?:^|&)se=((?:[0-9TZ:.+-]|%3[Aa])+)");
    private static final int MAX_URI = 8_000;

    private final Endpoint endpoint;
    private final Service service;
    private final Settings given;
    private final String store;

    /// Which of an account's services is meant: what it is called in host names and connection strings, where the
    /// emulator has it, and what an address may end with.
    enum Service {
        BLOB("blob", "BlobEndpoint", 10_000, "container"),
        QUEUE("queue", "QueueEndpoint", 10_001, "queue"),
        TABLE("table", "TableEndpoint", 10_002, "table");

        private final String label;
        private final String member;
        private final int emulatorPort;
        private final String inPath;

        Service(String label, String member, int emulatorPort, String inPath) {
            this.label = label;
            this.member = member;
            this.emulatorPort = emulatorPort;
            this.inPath = inPath;
        }

        boolean isName(String text) {
            return this == TABLE ? TableName.isValid(text) : ContainerName.isValid(text);
        }

        String emulator() {
            return "http://127.0.0.1:" + emulatorPort + "/" + EMULATOR_ACCOUNT;
        }

        String example() {
            return "https://account." + label + ".core.windows.net";
        }
    }

    AccountSettings(Endpoint endpoint) {
        this(endpoint, Service.BLOB);
    }

    AccountSettings(Endpoint endpoint, Service service) {
        this.endpoint = endpoint;
        this.service = service;
        this.given = endpoint.linkedService();
        this.store = endpoint.linkedServiceName();
    }

    AzureAccount read() {
        for (String name : given.names()) {
            if (!MEMBERS.contains(name)) {
                throw notAllowed(name, MEMBERS);
            }
        }
        checkType();
        Optional<EntraIdentity> identity = EntraSettings.of(given, store, this::invalid);
        List<String> ways = List.of("connectionString", "sasUri", "containerUri", "serviceEndpoint", "url").stream()
                .filter(w -> secret(w).isPresent())
                .toList();
        if (ways.isEmpty()) {
            if (given.has("encryptedCredential")) {
                throw invalid(
                        "encryptedCredential",
                        "only the runtime that encrypted it can read it; give connectionString, sasUri or accountKey");
            }
            throw given.missing(isDataLake() ? "url" : "connectionString");
        }
        if (ways.size() > 1) {
            throw invalid(ways.get(1), "it cannot stand together with '" + ways.get(0) + "'");
        }
        String value = secret(ways.get(0)).orElseThrow();
        if (identity.isPresent()) {
            if (!ways.get(0).equals("serviceEndpoint") && !ways.get(0).equals("url")) {
                throw invalid(
                        ways.get(0),
                        "an identity of Microsoft Entra ID goes with '" + (isDataLake() ? "url" : "serviceEndpoint")
                                + "'");
            }
            Address address = address(ways.get(0), value, false);
            if (address.endpoint().getScheme().equals("http")
                    && !AzureAccount.isPathStyle(address.endpoint().getHost())) {
                throw invalid(ways.get(0), "a token is sent over https only");
            }
            return address.with(new AzureAccount.Identity(identity.get()));
        }
        return switch (ways.get(0)) {
            case "connectionString" -> fromConnectionString(value);
            case "sasUri" -> fromSasUri(value);
            case "containerUri" -> address("containerUri", value, true).with(new Anonymous());
            default -> fromServiceEndpoint(ways.get(0), value);
        };
    }

    private boolean isDataLake() {
        return endpoint.linkedServiceType().equalsIgnoreCase("AzureBlobFS");
    }

    private void checkType() {
        String type = given.text("authenticationType").orElse("").toLowerCase(Locale.ROOT);
        if (!Set.of("", "accountkey", "sasuri", "anonymous", "serviceprincipal", "msi", "managedidentity")
                .contains(type)) {
            throw invalid("authenticationType", "expected AccountKey, SasUri, ServicePrincipal, Msi or Anonymous");
        }
    }

    private ProblemException needsKey() {
        return invalid(
                "accountKey",
                "there is nothing that proves who asks; give accountKey, sasToken, or servicePrincipalId with"
                        + " servicePrincipalKey and tenant, or authenticationType Msi or Anonymous");
    }

    private AzureAccount fromConnectionString(String text) {
        Map<String, String> s = ConnectionString.parse(text, this::invalid);
        for (String name : s.keySet()) {
            if (!STRING_NAMES.contains(name)) {
                throw notAllowed(shown(name), STRING_NAMES);
            }
        }
        String emulator = s.getOrDefault("UseDevelopmentStorage", "false");
        if (emulator.equalsIgnoreCase("true")) {
            return address(service.member, service.emulator(), false)
                    .with(new AccountKey(new SecretValue(EMULATOR_KEY)));
        }
        if (!emulator.equalsIgnoreCase("false")) {
            throw invalid("UseDevelopmentStorage", "expected true or false");
        }
        Optional<String> name = Optional.ofNullable(s.get("AccountName"));
        name.filter(n -> !ACCOUNT.matcher(n).matches()).ifPresent(n -> {
            throw invalid("AccountName", "it is not the name of a storage account");
        });
        String root = Optional.ofNullable(s.get(service.member))
                .filter(b -> !b.isEmpty())
                .orElseGet(() -> {
                    if (service == Service.QUEUE && s.containsKey(Service.BLOB.member)) {
                        throw invalid(
                                "connectionString",
                                "QueueEndpoint is missing; with BlobEndpoint alone it is not known where the queues are");
                    }
                    return composed(s, name);
                });
        Address address = address(service.member, root, false);
        Credential credential = credential(
                Optional.ofNullable(s.get("AccountKey"))
                        .filter(k -> !k.isEmpty())
                        .or(() -> secret("accountKey")),
                Optional.ofNullable(s.get("SharedAccessSignature")).or(() -> secret("sasToken")));
        return new Address(address.endpoint(), name.orElse(address.account()), Optional.empty()).with(credential);
    }

    private String composed(Map<String, String> s, Optional<String> name) {
        String protocol = s.getOrDefault("DefaultEndpointsProtocol", "https").toLowerCase(Locale.ROOT);
        if (!protocol.equals("https") && !protocol.equals("http")) {
            throw invalid("DefaultEndpointsProtocol", "expected https or http");
        }
        String suffix = Optional.ofNullable(s.get("EndpointSuffix"))
                .filter(x -> !x.isEmpty())
                .orElseGet(this::cloudSuffix);
        if (!SUFFIX.matcher(suffix).matches()) {
            throw invalid("EndpointSuffix", "expected a domain, such as core.windows.net");
        }
        String account =
                name.orElseThrow(() -> invalid("connectionString", "AccountName or " + service.member + " is missing"));
        return protocol + "://" + account + "." + service.label + "." + suffix;
    }

    private String cloudSuffix() {
        String cloud = given.text("azureCloudType").filter(c -> !c.isBlank()).orElse("AzurePublic");
        String suffix = SUFFIXES.get(cloud.toLowerCase(Locale.ROOT));
        if (suffix == null) {
            throw invalid("azureCloudType", "expected AzurePublic, AzureChina, AzureUsGovernment or AzureGermany");
        }
        return suffix;
    }

    private AzureAccount fromSasUri(String value) {
        int question = value.indexOf('?');
        String token = question < 0 ? secret("sasToken").orElse("") : value.substring(question + 1);
        if (token.isEmpty()) {
            throw invalid("sasUri", "it has no signature, and there is no sasToken");
        }
        String uri = question < 0 ? value : value.substring(0, question);
        return address("sasUri", uri, true).with(sas(token, "sasUri"));
    }

    private AzureAccount fromServiceEndpoint(String way, String value) {
        Address address = address(way, value, false);
        Optional<String> key = secret("accountKey");
        Optional<String> token = secret("sasToken");
        if (key.isEmpty() && token.isEmpty()) {
            if (given.text("authenticationType").orElse("").equalsIgnoreCase("Anonymous")) {
                return address.with(new Anonymous());
            }
            throw needsKey();
        }
        return address.with(credential(key, token));
    }

    private Credential credential(Optional<String> key, Optional<String> token) {
        if (key.isPresent()) {
            return new AccountKey(key(key.get().strip()));
        }
        return token.<Credential>map(t -> sas(t, "sasToken"))
                .orElseThrow(() -> invalid("connectionString", "AccountKey or SharedAccessSignature is missing"));
    }

    private SecretValue key(String text) {
        try {
            if (text.isEmpty() || Base64.getDecoder().decode(text).length == 0) {
                throw invalid("AccountKey", "it is empty");
            }
            return new SecretValue(text);
        } catch (IllegalArgumentException notBase64) {
            throw invalid("AccountKey", "it is not Base64; copy it again from the storage account's access keys");
        }
    }

    private Sas sas(String text, String setting) {
        String token = text.strip();
        token = token.startsWith("?") ? token.substring(1) : token;
        if (!TOKEN.matcher(token).matches() || !("&" + token).contains("&sig=")) {
            throw invalid(setting, "it is no shared access signature (sv=…&sig=…)");
        }
        Matcher expiry = EXPIRY.matcher(token);
        String until = expiry.find() ? expiry.group(1).replace("%3A", ":").replace("%3a", ":") : "";
        return new Sas(new SecretValue(token), until);
    }

    private record Address(URI endpoint, String account, Optional<String> container) {
        AzureAccount with(Credential credential) {
            return new AzureAccount(endpoint, account, credential, container);
        }
    }

    /// Takes `scheme://account.…[/container]` or `scheme://emulator[:port]/account[/container]` apart.
    private Address address(String setting, String text, boolean mayNameContainer) {
        URI uri = uri(setting, text.strip());
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("^/+|/+$", "");
        String[] parts = path.isEmpty() ? new String[0] : path.split("/", -1);
        boolean accountInPath = AzureAccount.isPathStyle(uri.getHost());
        int used = accountInPath ? 1 : 0;
        if (parts.length < used) {
            throw invalid(
                    setting,
                    "the account's name is missing after the host, as in http://127.0.0.1:" + service.emulatorPort
                            + "/account");
        }
        String account = accountInPath
                ? parts[0]
                : uri.getHost().substring(0, uri.getHost().indexOf('.'));
        if (!ACCOUNT.matcher(account).matches()) {
            throw invalid(setting, "it does not name a storage account");
        }
        int most = used + (mayNameContainer ? 1 : 0);
        if (parts.length > most) {
            throw invalid(
                    setting,
                    mayNameContainer
                            ? "it must end with the " + service.inPath + "; what is in it belongs into the dataset"
                            : "it must be the address of the " + service.label + " service, without a "
                                    + service.inPath);
        }
        Optional<String> container = parts.length > used ? Optional.of(parts[used]) : Optional.empty();
        if (container.filter(c -> !service.isName(c)).isPresent()) {
            throw invalid(setting, "what stands after the account is not the name of a " + service.inPath);
        }
        String authority = serviceHost(uri.getHost()) + (uri.getPort() > 0 ? ":" + uri.getPort() : "");
        String base = scheme + "://" + authority + (accountInPath ? "/" + account : "");
        return new Address(URI.create(base), account, container);
    }

    /// The same account's address of the service, where that of its blobs or its data lake was given.
    private String serviceHost(String host) {
        return switch (service) {
            case BLOB -> host.replaceFirst("(?i)^([^.]+)\\.(?:privatelink\\.)?dfs\\.", "$1.blob.");
            case QUEUE -> host.replaceFirst("(?i)^([^.]+)\\.(?:privatelink\\.)?(?:dfs|blob)\\.", "$1.queue.");
            case TABLE -> host;
        };
    }

    private URI uri(String setting, String text) {
        if (text.length() > MAX_URI) {
            throw invalid(setting, "it is longer than " + MAX_URI + " characters");
        }
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException notUri) {
            // The parser's message would repeat the text, which may hold a signature.
            throw invalid(setting, "it is no address, such as " + service.example());
        }
        boolean http = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getUserInfo() != null) {
            throw invalid(setting, "it is no http or https address, such as " + service.example());
        }
        if (uri.getQuery() != null || uri.getFragment() != null) {
            throw invalid(setting, "nothing may follow the path; a signature belongs into sasUri or sasToken");
        }
        return uri;
    }

    private Optional<String> secret(String member) {
        return given.secret(member).map(SecretValue::reveal).filter(v -> !v.isBlank());
    }

    private static Set<String> names(String... names) {
        Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        all.addAll(List.of(names));
        return all;
    }

    /// An unknown name may be a key that lost its own name: only what looks like a name is repeated.
    private static String shown(String name) {
        return name.matches("[A-Za-z]{1,40}") ? name : "(not a name)";
    }

    private ProblemException invalid(String setting, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(endpoint.linkedService().pointer())
                .evidence("setting", setting)
                .evidence("store", store)
                .evidence("detail", detail)
                .exception();
    }

    private ProblemException notAllowed(String setting, Set<String> allowed) {
        return ConnectionFaults.SETTING_NOT_ALLOWED
                .problem()
                .at(endpoint.linkedService().pointer())
                .evidence("setting", setting)
                .evidence("store", store)
                .evidence("allowed", String.join(", ", allowed))
                .exception();
    }
}
