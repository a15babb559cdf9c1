package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.trees.Json;
import dev.sluice.data.trees.TreePath;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Data Factory's pagination rules: from one request and its answer to the next request, or none. The pages
/// come to an end with status 204, with a rule whose value is missing, null or empty, with an end
/// condition, at the end of a range, or after `MaxRequestNumber` requests. For one thread.
final class Paging {
    private static final Pattern NAMED =
            Pattern.compile("(AbsoluteUrl|QueryParameters|Headers)(?:\\.(.+)|\\[(['\"])(.+)\\3])");
    private static final Pattern RANGE = Pattern.compile("RANGE:(-?\\d{1,18}):(-?\\d{0,18}):(-?\\d{1,18})");
    private static final Pattern LINK = Pattern.compile("<([^>]*)>([^,]*(?:,(?!\\s*<)[^,]*)*)");

    private final Endpoint endpoint;
    private final RequestSettings request;
    private final Settings rules;
    private final List<Rule> parsed = new ArrayList<>();
    private final List<Ending> endings = new ArrayList<>();
    private long most = Long.MAX_VALUE;
    private boolean links;
    private long asked;

    /// Where the value of a rule goes.
    private enum Target {
        ADDRESS,
        PARAMETER,
        HEADER,
        /// A `{name}` in the address, the headers or the body.
        PLACEHOLDER
    }

    /// A rule with its value; a range counts on by itself.
    private static final class Rule {
        final Target target;
        final String name;
        final String value;
        final boolean range;
        long at;
        final long last;
        final long step;

        Rule(Target target, String name, String value) {
            this.target = target;
            this.name = name;
            this.value = value;
            Matcher m = RANGE.matcher(value);
            this.range = m.matches();
            this.at = range ? Long.parseLong(m.group(1)) : 0;
            this.last = range && !m.group(2).isEmpty() ? Long.parseLong(m.group(2)) : Long.MAX_VALUE;
            this.step = range ? Long.parseLong(m.group(3)) : 0;
        }

        boolean isOver() {
            return range && (step >= 0 ? at > last : last != Long.MAX_VALUE && at < last);
        }
    }

    /// `EndCondition:WHERE` with `Empty`, `Exist`, `NonExist` or `Const:VALUE`.
    private record Ending(String where, String condition) {}

    Paging(Endpoint endpoint, RequestSettings request) {
        this.endpoint = endpoint;
        this.request = request;
        this.rules = endpoint.activity().has("paginationRules")
                ? endpoint.activity().section("paginationRules")
                : endpoint.dataset().section("paginationRules");
        boolean said = false;
        for (String key : rules.names()) {
            String value = rules.text(key).orElse("").strip();
            if (key.equalsIgnoreCase("supportRFC5988")) {
                said = rules.flag(key, true);
            } else if (!value.isEmpty()) {
                add(key.strip(), value);
            }
        }
        boolean others = !parsed.isEmpty() || !endings.isEmpty() || most != Long.MAX_VALUE;
        links = !others && (said || rules.names().isEmpty());
    }

    private void add(String key, String value) {
        if (key.regionMatches(true, 0, "EndCondition:", 0, 13)) {
            endings.add(ending(key, key.substring(13).strip(), value));
            return;
        }
        if (key.equalsIgnoreCase("MaxRequestNumber")) {
            most = rules.number(key, 1, Integer.MAX_VALUE).orElse((long) Integer.MAX_VALUE);
            return;
        }
        Rule rule = rule(key, value);
        if (rule == null || value.startsWith("RANGE") && (!rule.range || rule.step == 0)) {
            throw rules.wrong(
                    key,
                    value,
                    "AbsoluteUrl, QueryParameters.NAME, Headers.NAME, EndCondition:PATH or MaxRequestNumber, with a path,"
                            + " Headers.NAME or RANGE:FIRST:LAST:STEP");
        }
        if (value.startsWith("$")) {
            TreePath.of(value);
        }
        parsed.add(rule);
    }

    private Ending ending(String key, String where, String value) {
        boolean known = value.equalsIgnoreCase("Empty")
                || value.equalsIgnoreCase("Exist")
                || value.equalsIgnoreCase("NonExist")
                || value.regionMatches(true, 0, "Const:", 0, 6);
        if (!known) {
            throw rules.wrong(key, value, "Empty, Exist, NonExist or Const:VALUE");
        }
        if (where.startsWith("$")) {
            TreePath.of(where);
        }
        return new Ending(where, value);
    }

    private static @Nullable Rule rule(String key, String value) {
        if (key.equals("AbsoluteUrl")) {
            return new Rule(Target.ADDRESS, "", value);
        }
        Matcher m = NAMED.matcher(key);
        if (!m.matches()) {
            return null;
        }
        String name = m.group(2) != null ? m.group(2) : m.group(4);
        if (name.startsWith("{") && name.endsWith("}")) {
            return new Rule(Target.PLACEHOLDER, name, value);
        }
        return switch (m.group(1)) {
            case "QueryParameters" -> new Rule(Target.PARAMETER, name, value);
            case "Headers" -> new Rule(Target.HEADER, name, value);
            default -> null;
        };
    }

    /// The first request; empty when a range has nothing in it.
    Optional<Question> first() {
        asked = 1;
        return ranged(request.address(), request.headers());
    }

    /// The request after that one; empty when there is none.
    Optional<Question> next(Question last, Answer answer) {
        if (answer.status() == 204 || asked >= most || isOver(answer)) {
            return Optional.empty();
        }
        asked++;
        Optional<Question> next = links ? linked(last, answer) : ruled(last, answer);
        next.filter(n -> n.address().equals(last.address()) && n.headers().equals(last.headers()) && sameBody(n, last))
                .ifPresent(n -> {
                    throw rules.wrong(
                            "paginationRules",
                            HttpLine.shown(n.address()),
                            "a request that differs from the one before");
                });
        return next;
    }

    private static boolean sameBody(Question a, Question b) {
        return java.util.Arrays.equals(a.body(), b.body());
    }

    private boolean isOver(Answer answer) {
        for (Ending e : endings) {
            Optional<String> found = value(e.where(), answer);
            boolean over = switch (e.condition().toLowerCase(Locale.ROOT)) {
                case "empty" ->
                    found.map(String::strip)
                            .filter(v -> !v.isEmpty() && !v.equals("[]") && !v.equals("{}"))
                            .isEmpty();
                case "exist" -> found.isPresent();
                case "nonexist" -> found.isEmpty();
                default ->
                    found.filter(v -> v.equals(e.condition().substring(6))).isPresent();
            };
            if (over) {
                return true;
            }
        }
        return false;
    }

    /// RFC 5988: `Link: <address>; rel="next"`.
    private Optional<Question> linked(Question last, Answer answer) {
        for (String header : answer.headers().allValues("Link")) {
            Matcher m = LINK.matcher(header);
            while (m.find()) {
                if (m.group(2)
                        .toLowerCase(Locale.ROOT)
                        .matches(".*;\\s*rel\\s*=\\s*\"?([^\";]* )?next( [^\";]*)?\"?.*")) {
                    URI address = last.address().resolve(HttpLine.address(m.group(1), endpoint));
                    return Optional.of(new Question(last.method(), address, last.headers(), last.body()));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Question> ruled(Question last, Answer answer) {
        if (parsed.isEmpty()) {
            return Optional.empty();
        }
        String address = last.address().toString();
        Map<String, String> headers = new LinkedHashMap<>(last.headers());
        boolean ranges = parsed.stream().anyMatch(r -> r.range);
        if (ranges) {
            // Placeholders are filled anew from what the settings say.
            address = request.address();
            parsed.stream().filter(r -> r.range).forEach(r -> r.at += r.step);
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (Rule rule : parsed) {
            if (rule.range) {
                continue;
            }
            Optional<String> value = value(rule.value, answer).filter(v -> !v.isBlank());
            if (value.isEmpty()) {
                return Optional.empty();
            }
            switch (rule.target) {
                case ADDRESS ->
                    address = last.address()
                            .resolve(HttpLine.address(value.get(), endpoint))
                            .toString();
                case PARAMETER -> parameters.put(rule.name, value.get());
                case HEADER -> headers.put(rule.name, value.get());
                case PLACEHOLDER -> address = address.replace(rule.name, URLEncoder.encode(value.get(), UTF_8));
            }
        }
        for (Map.Entry<String, String> p : parameters.entrySet()) {
            address = withParameter(address, p.getKey(), p.getValue());
        }
        return ranged(address, headers);
    }

    /// The request with the ranges' current values; empty when one of them is at its end.
    private Optional<Question> ranged(String base, Map<String, String> given) {
        String address = base;
        Map<String, String> headers = new LinkedHashMap<>(given);
        String body = request.body();
        for (Rule rule : parsed) {
            if (!rule.range) {
                continue;
            }
            if (rule.isOver()) {
                return Optional.empty();
            }
            String value = Long.toString(rule.at);
            switch (rule.target) {
                case ADDRESS -> throw rules.wrong("AbsoluteUrl", rule.value, "a path or Headers.NAME");
                case PARAMETER -> address = withParameter(address, rule.name, value);
                case HEADER -> headers.put(rule.name, value);
                case PLACEHOLDER -> {
                    address = address.replace(rule.name, value);
                    headers.replaceAll((n, v) -> v.replace(rule.name, value));
                    body = body.replace(rule.name, value);
                }
            }
        }
        byte[] bytes = body.isEmpty() && request.method().equals("GET") ? null : body.getBytes(UTF_8);
        if (bytes != null && headers.keySet().stream().noneMatch("Content-Type"::equalsIgnoreCase)) {
            headers.put("Content-Type", "application/json");
        }
        return Optional.of(new Question(request.method(), HttpLine.address(address, endpoint), headers, bytes));
    }

    /// `$…` of the body, `Headers.NAME` of the answer, or the text itself.
    private static Optional<String> value(String from, Answer answer) {
        if (from.startsWith("$")) {
            TreePath path = TreePath.of(from);
            try {
                return answer.body().length == 0 ? Optional.empty() : Json.find(answer.body(), path);
            } catch (RuntimeException e) {
                // That the answer is no JSON is said, with its place, by who reads its rows.
                return Optional.empty();
            }
        }
        if (from.regionMatches(true, 0, "Headers", 0, 7)) {
            String name = from.substring(7).replaceAll("^\\.|^\\[['\"]|['\"]]$", "");
            return answer.headers().firstValue(name);
        }
        return Optional.of(from);
    }

    static String withParameter(String address, String name, String value) {
        int question = address.indexOf('?');
        String base = question < 0 ? address : address.substring(0, question);
        List<String> pairs = new ArrayList<>();
        boolean there = false;
        String mine = URLEncoder.encode(name, UTF_8) + "=" + URLEncoder.encode(value, UTF_8);
        for (String pair :
                question < 0 ? new String[0] : address.substring(question + 1).split("&", -1)) {
            boolean same = decoded(pair.split("=", 2)[0]).equals(name);
            if (!same && !pair.isEmpty()) {
                pairs.add(pair);
            } else if (same && !there) {
                pairs.add(mine);
                there = true;
            }
        }
        if (!there) {
            pairs.add(mine);
        }
        return base + "?" + String.join("&", pairs);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
