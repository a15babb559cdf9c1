package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What a linked service says, as one set of members: those of its connection string under the names that the separate
/// members have, and these. A name that is not known is refused, because a driver's properties can do anything.
public final class LinkedServiceMembers {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252})");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final Pattern WORD = Pattern.compile("[\\w$#.\\- ]{1,200}", Pattern.UNICODE_CHARACTER_CLASS);

    /// Members every linked service may have, which say nothing here.
    private static final Set<String> COMMON =
            Set.of("connectionstring", "encryptedcredential", "driverversion", "authenticationtype", "credential");

    /// The spellings that most systems' connection strings share.
    public static final Map<String, String> USUAL = Map.ofEntries(
            Map.entry("server", "server"),
            Map.entry("host", "server"),
            Map.entry("hostname", "server"),
            Map.entry("servername", "server"),
            Map.entry("datasource", "server"),
            Map.entry("port", "port"),
            Map.entry("database", "database"),
            Map.entry("db", "database"),
            Map.entry("dbname", "database"),
            Map.entry("initialcatalog", "database"),
            Map.entry("uid", "username"),
            Map.entry("user", "username"),
            Map.entry("userid", "username"),
            Map.entry("username", "username"),
            Map.entry("pwd", "password"),
            Map.entry("password", "password"),
            Map.entry("timeout", "connectionTimeout"),
            Map.entry("connecttimeout", "connectionTimeout"),
            Map.entry("connectiontimeout", "connectionTimeout"),
            Map.entry("commandtimeout", "commandTimeout"));

    private final Endpoint endpoint;
    private final Settings members;

    private LinkedServiceMembers(Endpoint endpoint, Settings members) {
        this.endpoint = endpoint;
        this.members = members;
    }

    /// @param names spellings, as [ConnectionString#canonical] gives them, to the member of the same meaning
    public static LinkedServiceMembers of(Endpoint endpoint, Map<String, String> names) {
        Settings given = endpoint.linkedService();
        Map<String, Object> members = new HashMap<>();
        given.secret("connectionString")
                .map(SecretValue::reveal)
                .filter(text -> !text.isBlank())
                .ifPresent(text -> ConnectionString.parse(text, endpoint.linkedServiceName())
                        .forEach((name, value) -> put(members, member(endpoint, names, name), value)));
        for (String name : given.names()) {
            String canonical = ConnectionString.canonical(name);
            Object value = given.value(name).orElseThrow();
            if (names.containsKey(canonical)) {
                members.put(member(endpoint, names, canonical), value);
            } else if (COMMON.contains(canonical)) {
                members.put(name, value);
            } else {
                throw notAllowed(endpoint, names, name);
            }
        }
        return new LinkedServiceMembers(endpoint, new Settings(given.pointer(), members));
    }

    private static String member(Endpoint endpoint, Map<String, String> names, String canonical) {
        String member = names.get(canonical);
        if (member == null) {
            throw notAllowed(endpoint, names, canonical);
        }
        return member;
    }

    private static void put(Map<String, Object> members, String member, String value) {
        String lower = member.toLowerCase(Locale.ROOT);
        boolean secret = lower.endsWith("password") || lower.endsWith("key") || lower.endsWith("passphrase");
        members.put(member, secret ? new SecretValue(value) : value);
    }

    private static ProblemException notAllowed(Endpoint endpoint, Map<String, String> names, String setting) {
        return ConnectionFaults.SETTING_NOT_ALLOWED
                .problem()
                .at(endpoint.linkedService().pointer())
                .evidence("setting", setting)
                .evidence("store", endpoint.linkedServiceName())
                .evidence("allowed", String.join(", ", new TreeSet<>(names.values())))
                .exception();
    }

    /// The same linked service with other members.
    public LinkedServiceMembers with(Settings others) {
        return new LinkedServiceMembers(endpoint, others);
    }

    public Settings settings() {
        return members;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /// The usual spellings and some more.
    public static Map<String, String> usualAnd(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(USUAL);
        all.putAll(others);
        return all;
    }

    /// Where the member `server` may hold the port, as `host:port` or `host,port`.
    public record Address(String host, int port) {}

    /// The member `server` with its port, that of the member `port`, or the usual one.
    public Address address(int usualPort) {
        String server = members.requiredText("server").strip();
        int comma = server.lastIndexOf(',');
        int cut = comma > 0 ? comma : server.indexOf(':') == server.lastIndexOf(':') ? server.indexOf(':') : -1;
        if (cut > 0 && server.substring(cut + 1).strip().matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(server.substring(cut + 1).strip());
            if (port < 1 || port > 65_535) {
                throw invalid("server", "the port must be from 1 to 65535");
            }
            return new Address(host(server.substring(0, cut).strip()), port);
        }
        return new Address(host(server), port(usualPort));
    }

    /// The member `server`: one host name or address, fit to stand in a URL.
    public String host() {
        return host(members.requiredText("server"));
    }

    /// A host name or address, fit to stand in a URL.
    public String host(String given) {
        String host = given.startsWith("[") && given.endsWith("]") ? given.substring(1, given.length() - 1) : given;
        if (HOST.matcher(host).matches()) {
            return host;
        }
        if (host.indexOf(':') >= 0 && IPV6.matcher(host).matches()) {
            return "[" + host + "]";
        }
        throw invalid("server", "it must be one host name or IP address; the port stands separately");
    }

    public int port(int otherwise) {
        return members.number("port", 1, 65_535).orElse((long) otherwise).intValue();
    }

    /// A member that stands in a URL and therefore may only be a plain word.
    public String word(String member) {
        String given = members.requiredText(member);
        if (!WORD.matcher(given).matches()) {
            throw invalid(member, "it may consist of letters, digits, spaces and . - _ $ # only");
        }
        return given;
    }

    public int connectSeconds() {
        return members.number("connectionTimeout", 0, 1_024)
                .filter(n -> n > 0)
                .orElse(15L)
                .intValue();
    }

    public int commandSeconds() {
        return members.number("commandTimeout", 0, 86_400).orElse(0L).intValue();
    }

    /// Refuses every kind of authentication but those.
    public void requireAuthentication(String... kinds) {
        members.text("authenticationType").filter(a -> !a.isBlank()).ifPresent(a -> {
            for (String kind : kinds) {
                if (kind.equalsIgnoreCase(a)) {
                    return;
                }
            }
            throw members.wrong("authenticationType", a, String.join(" or ", kinds) + ", which is what works here");
        });
    }

    /// A setting that cannot be used.
    public ProblemException invalid(String setting, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(members.pointer())
                .evidence("setting", setting)
                .evidence("store", endpoint.linkedServiceName())
                .evidence("detail", detail)
                .exception();
    }
}
