package dev.sluice.connectors.http;

import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DocumentFaults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the members of activity, dataset and linked service are for one described service, checked by its
/// description; the activity's count before the dataset's, these before the linked service's.
final class Members {
    private static final Pattern AUTHORITY =
            Pattern.compile("authorization_uri=\"?([^\", ]+?)/oauth2/(?:v2\\.0/)?authorize");

    /// Who may be told a client's secret because a service names him.
    private static final Set<String> AUTHORITIES = Set.of(
            "login.microsoftonline.com", "login.windows.net", "login.microsoftonline.us", "login.chinacloudapi.cn");

    private final ServiceDescription description;
    private final Endpoint endpoint;
    private final Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    Members(ServiceDescription description, Endpoint endpoint) {
        this.description = description;
        this.endpoint = endpoint;
        Set<String> allowed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        description.fields().forEach(f -> allowed.add(f.name()));
        Settings s = endpoint.linkedService();
        for (String name : s.names()) {
            if (!allowed.contains(name) && !description.ignored().contains(name)) {
                throw ConnectionFaults.SETTING_NOT_ALLOWED
                        .problem()
                        .at(s.pointer() + "/" + name)
                        .evidence("setting", name)
                        .evidence("store", endpoint.linkedServiceName())
                        .evidence("allowed", String.join(", ", allowed))
                        .exception();
            }
        }
        description.fields().stream()
                .filter(f -> f.required() && value(f.name()).isEmpty())
                .findFirst()
                .ifPresent(f -> {
                    throw s.missing(f.name());
                });
    }

    /// What cannot be followed, and is there.
    void refuse() {
        refuse(places());
    }

    /// The same of the linked service alone, for a sink: the others are about what is read.
    void refuseConnection() {
        refuse(List.of(endpoint.linkedService()));
    }

    private void refuse(List<Settings> looked) {
        for (ServiceDescription.Refused r : description.refused()) {
            for (Settings s : looked) {
                if (s.has(r.member())
                        && !String.valueOf(s.value(r.member()).orElse("")).equalsIgnoreCase(r.allowed())) {
                    throw DocumentFaults.SETTING_UNSUPPORTED
                            .problem()
                            .at(s.pointer() + "/" + r.member())
                            .evidence("member", r.member())
                            .evidence("detail", r.detail())
                            .evidence("advice", r.advice())
                            .exception();
                }
            }
        }
    }

    private List<Settings> places() {
        return List.of(endpoint.activity(), endpoint.dataset(), endpoint.linkedService());
    }

    void put(String member, String value) {
        found.put(member, value);
    }

    private Optional<Object> value(String member) {
        if (found.containsKey(member)) {
            return Optional.of(found.get(member));
        }
        boolean secret = description.fields().stream()
                .anyMatch(f -> f.secret() && f.name().equalsIgnoreCase(member));
        for (Settings s : places()) {
            Optional<Object> given = secret
                    ? s.secret(member).map(v -> v)
                    : s.text(member).filter(t -> !t.isBlank()).map(t -> t);
            if (given.isPresent()) {
                return given;
            }
        }
        return Optional.ofNullable(description.defaults().get(member));
    }

    private Object needed(String member) {
        return value(member).orElseThrow(() -> {
            boolean connection =
                    description.fields().stream().anyMatch(f -> f.name().equalsIgnoreCase(member));
            return (connection ? endpoint.linkedService() : endpoint.dataset()).missing(member);
        });
    }

    /// The part of an address that a template makes.
    String address(String template) {
        return Template.filled(template, this::needed, true).toString();
    }

    /// What a template makes that is no part of an address.
    String text(String template) {
        return Template.filled(template, this::needed, false).toString();
    }

    /// The request that fits.
    ServiceDescription.Request request() {
        String table = value("tableName")
                .map(t -> Template.filled("{t|table}", m -> t, false).toString())
                .orElse("");
        return description.requests().stream()
                .filter(r -> r.when().isEmpty() || value(r.when()).isPresent())
                .filter(r -> r.entity().isEmpty() || r.entity().equals(table))
                .findFirst()
                .orElseThrow(() -> endpoint.dataset()
                        .missing(description.requests().getLast().when()));
    }

    /// How the service is reached; where the description has it so, the service is asked who gives out tokens for it.
    RestService service(Duration timeout) throws IOException {
        String type = value("authenticationType").map(Object::toString).orElse("");
        Settings login = Optional.ofNullable(description.logins().get(type.toLowerCase(Locale.ROOT)))
                .orElseThrow(() -> endpoint.linkedService()
                        .wrong(
                                "authenticationType",
                                type,
                                "one of "
                                        + String.join(", ", description.logins().keySet())));
        Map<String, Object> members = filled(login);
        if ("Challenge".equals(members.get("authenticationType"))) {
            members.put("authenticationType", "OAuth2ClientCredential");
            members.put("tokenEndpoint", authority(String.valueOf(members.get("url")), timeout) + "/oauth2/token");
        }
        return RestService.of(at(members));
    }

    private Endpoint at(Map<String, Object> members) {
        return new Endpoint(
                endpoint.side(),
                endpoint.linkedServiceName(),
                endpoint.linkedServiceType(),
                new Settings(endpoint.linkedService().pointer(), members),
                endpoint.datasetName(),
                endpoint.datasetType(),
                endpoint.dataset(),
                endpoint.activity());
    }

    private Map<String, Object> filled(Settings templates) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name : templates.names()) {
            boolean nested = templates.value(name).filter(Map.class::isInstance).isPresent();
            members.put(
                    name,
                    nested
                            ? filled(templates.section(name))
                            : Template.filled(templates.text(name).orElse(""), this::needed, false));
        }
        return members;
    }

    private String authority(String url, Duration timeout) throws IOException {
        Endpoint anonymous = at(Map.of("url", url));
        try (HttpLine line = new HttpLine(RestService.of(anonymous), endpoint)) {
            URI address = HttpLine.address(url, endpoint);
            HttpLine.Answer answer = line.ask(new Question("GET", address, Map.of(), null), timeout);
            Matcher m = AUTHORITY.matcher(String.join(",", answer.headers().allValues("WWW-Authenticate")));
            if (m.find()) {
                URI authority = HttpLine.address(m.group(1), endpoint);
                String host = String.valueOf(authority.getHost());
                boolean here = host.equalsIgnoreCase(address.getHost())
                        && InetAddress.getByName(host).isLoopbackAddress();
                if (here
                        || "https".equals(authority.getScheme())
                                && AUTHORITIES.contains(host.toLowerCase(Locale.ROOT))) {
                    return m.group(1);
                }
            }
            throw line.refused(answer, address);
        }
    }

    /// For messages.
    @Override
    public String toString() {
        return description.name() + found.keySet();
    }
}
