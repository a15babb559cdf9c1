package dev.sluice.connectors.http;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What dataset and activity say about requests; the activity's word counts where both say something.
///
/// @param body of each request; empty without one
/// @param interval between two requests
record RequestSettings(
        String address, String method, Map<String, String> headers, String body, Duration timeout, Duration interval) {
    private static final Duration TIMEOUT = Duration.ofSeconds(100);
    private static final Duration PAGE_INTERVAL = Duration.ofSeconds(1);
    private static final Duration BATCH_INTERVAL = Duration.ofMillis(10);
    private static final Pattern SPAN =
            Pattern.compile("(?:(\\d{1,4})\\.)?(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\.\\d{1,7})?");

    static RequestSettings ofSource(Endpoint endpoint, RestService service) {
        return of(endpoint.activity(), endpoint.dataset(), service, Set.of("GET", "POST"), "GET", PAGE_INTERVAL);
    }

    /// Of a file, whose settings stand in `storeSettings` and in the dataset's location.
    static RequestSettings ofFile(Endpoint endpoint, RestService service) {
        return of(endpoint.storeSettings(), endpoint.location(), service, Set.of("GET", "POST"), "GET", PAGE_INTERVAL);
    }

    static RequestSettings ofSink(Endpoint endpoint, RestService service) {
        return of(
                endpoint.activity(),
                endpoint.dataset(),
                service,
                Set.of("POST", "PUT", "PATCH"),
                "POST",
                BATCH_INTERVAL);
    }

    private static RequestSettings of(
            Settings activity,
            Settings dataset,
            RestService service,
            Set<String> methods,
            String usual,
            Duration interval) {
        Settings from = activity.has("requestMethod") ? activity : dataset;
        String method = from.text("requestMethod").orElse(usual).toUpperCase(Locale.ROOT);
        if (!methods.contains(method)) {
            throw from.wrong("requestMethod", method, "one of " + String.join(", ", methods));
        }
        Map<String, String> headers = new LinkedHashMap<>(headers(dataset));
        headers.putAll(headers(activity));
        headers.keySet().removeIf(n -> n.equalsIgnoreCase("Accept") || n.equalsIgnoreCase("Accept-Encoding"));
        return new RequestSettings(
                service.resource(dataset.text("relativeUrl").orElse("")),
                method,
                headers,
                activity.text("requestBody")
                        .or(() -> dataset.text("requestBody"))
                        .orElse(""),
                time(activity, "httpRequestTimeout")
                        .or(() -> time(activity, "requestTimeout"))
                        .orElse(TIMEOUT),
                time(activity, "requestInterval").orElse(interval));
    }

    /// An object of names and values, or lines of `name: value`.
    private static Map<String, String> headers(Settings s) {
        Map<String, String> found = new LinkedHashMap<>();
        Object given = s.value("additionalHeaders").orElse("");
        if (given instanceof Map<?, ?>) {
            Settings section = s.section("additionalHeaders");
            for (String name : section.names()) {
                section.secret(name).map(SecretValue::reveal).ifPresent(v -> found.put(name, v));
            }
            return found;
        }
        for (String line : given.toString().split("[\r\n]+", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                found.put(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip());
            } else if (!line.isBlank()) {
                throw s.wrong("additionalHeaders", line, "lines of 'name: value'");
            }
        }
        return found;
    }

    /// A TimeSpan, or a number of milliseconds.
    static Optional<Duration> time(Settings s, String member) {
        return s.text(member).filter(t -> !t.isBlank()).map(text -> {
            Matcher m = SPAN.matcher(text.strip());
            if (m.matches()) {
                int days = m.group(1) == null ? 0 : Integer.parseInt(m.group(1));
                return Duration.ofDays(days)
                        .plusHours(Integer.parseInt(m.group(2)))
                        .plusMinutes(Integer.parseInt(m.group(3)))
                        .plusSeconds(Integer.parseInt(m.group(4)));
            }
            if (text.strip().matches("\\d{1,9}")) {
                return Duration.ofMillis(Long.parseLong(text.strip()));
            }
            throw s.wrong(member, text, "a time such as 00:01:40");
        });
    }
}
