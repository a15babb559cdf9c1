package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Json;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Lists in pages: `{value, nextLink}`, with `$top` for fewer and `$skiptoken` for what comes after.
final class Pages {
    private static final int MOST = 1_000;

    private Pages() {}

    /// How many records a page has.
    static int size(Call call, int usual) {
        String top = call.request().parameter("$top").orElse("");
        if (top.isEmpty()) {
            return usual;
        }
        try {
            int size = Integer.parseInt(top);
            if (size >= 1 && size <= MOST) {
                return size;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw ServiceFaults.BAD_REQUEST.with("detail", "$top must be a whole number from 1 to " + MOST);
    }

    static String after(Call call) {
        return call.request().parameter("$skiptoken").orElse("");
    }

    /// The place that a page of numbered records begins behind.
    static long after(Call call, long first) {
        String token = after(call);
        try {
            return token.isEmpty() ? first : Long.parseLong(token);
        } catch (NumberFormatException e) {
            throw ServiceFaults.BAD_REQUEST.with("detail", "$skiptoken is not one that a page has named");
        }
    }

    /// Reads on until there are as many records as wanted of those that the caller may see.
    ///
    /// @param read from what comes after a token, and how many
    static <T, K> List<T> visible(
            K after, int wanted, BiFunction<K, Integer, List<T>> read, Function<T, K> token, Predicate<T> may) {
        List<T> seen = new ArrayList<>();
        K last = after;
        while (true) {
            List<T> some = read.apply(last, wanted);
            some.stream().filter(may).limit(wanted - seen.size()).forEach(seen::add);
            if (some.size() < wanted || seen.size() == wanted) {
                return seen;
            }
            last = token.apply(some.getLast());
        }
    }

    /// @param found one more than the page has, when there are more
    /// @param token of a record, by which the next page begins
    static <T> Answer page(
            Call call, List<T> found, int size, Function<T, ObjectNode> shape, Function<T, Object> token) {
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        found.stream().limit(size).map(shape).forEach(value::add);
        if (found.size() > size) {
            StringBuilder link = new StringBuilder(
                    call.request().base() + call.request().uri().getRawPath() + "?");
            for (Map.Entry<String, String> e : call.request().query().entrySet()) {
                if (!e.getKey().equals("$skiptoken")) {
                    link.append(encoded(e.getKey()))
                            .append('=')
                            .append(encoded(e.getValue()))
                            .append('&');
                }
            }
            link.append("%24skiptoken=").append(encoded(String.valueOf(token.apply(found.get(size - 1)))));
            json.put("nextLink", link.toString());
        }
        return Answer.ok(json);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
