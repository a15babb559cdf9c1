package dev.sluice.connectors.azure.cosmos;

import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import dev.sluice.connectors.azure.cosmos.CosmosLine.Answer;
import dev.sluice.connectors.azure.cosmos.CosmosLine.Question;
import dev.sluice.connectors.azure.cosmos.CosmosProblems.Action;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the service tells of a container.
///
/// @param link of the container
/// @param keyPaths names that lead to the values of the partition key, from the document; several for a hierarchical
/// one
/// @param keyNames the same as the container has them, `/tenant/id`
record Container(String link, List<List<String>> keyPaths, List<String> keyNames) {
    private static final int MOST_RANGES = 100_000;

    /// A part of the container that answers by itself.
    record Range(String id, Set<String> parents) {}

    static String link(String database, String container) {
        return "dbs/" + database + "/colls/" + container;
    }

    /// @throws dev.sluice.diagnosis.ProblemException saying which of the two is missing, database or container
    static Container of(CosmosLine line, String container, Action action) throws IOException {
        String database = "dbs/" + line.account().database();
        String link = link(line.account().database(), container);
        Answer answer = line.ask(Question.get("colls", link, action), Set.of(404), 0);
        if (answer.status() == 404) {
            if (line.ask(Question.get("dbs", database, action), Set.of(403, 404), 0)
                            .status()
                    == 404) {
                throw line.problems().databaseMissing();
            }
            throw line.problems().refused(answer, 0, action);
        }
        List<List<String>> paths = new ArrayList<>();
        List<String> names = new ArrayList<>();
        if (read(answer).get("partitionKey") instanceof Map<?, ?> key && key.get("paths") instanceof List<?> list) {
            for (Object each : list) {
                names.add(String.valueOf(each));
                paths.add(path(String.valueOf(each)));
            }
        }
        return new Container(link, paths, names);
    }

    /// `/a/b`, or with quotes `/"a/b"/c`.
    private static List<String> path(String text) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        boolean quoted = false;
        for (char c : text.substring(1).toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '/' && !quoted) {
                names.add(name.toString());
                name.setLength(0);
            } else {
                name.append(c);
            }
        }
        names.add(name.toString());
        return names;
    }

    List<Range> ranges(CosmosLine line) throws IOException {
        List<Range> ranges = new ArrayList<>();
        String continuation = "";
        do {
            Question asked = Question.get("pkranges", link, Action.READ);
            Map<String, String> headers = continuation.isEmpty() ? Map.of() : Map.of("x-ms-continuation", continuation);
            Answer answer = line.ask(
                    new Question("GET", "pkranges", link, asked.path() + "/pkranges", headers, null, Action.READ));
            for (Object each : list(read(answer).get("PartitionKeyRanges"))) {
                if (each instanceof Map<?, ?> range && ranges.size() < MOST_RANGES) {
                    Set<String> parents = new java.util.HashSet<>();
                    list(range.get("parents")).forEach(p -> parents.add(String.valueOf(p)));
                    ranges.add(new Range(String.valueOf(range.get("id")), parents));
                }
            }
            continuation = answer.header("x-ms-continuation");
        } while (!continuation.isEmpty());
        return ranges;
    }

    /// The account's address in the first of those regions where it is read; its own address without one. An address
    /// that belongs to somebody else is not taken: it would be told tokens.
    static URI nearest(CosmosLine line, List<String> regions) throws IOException {
        URI own = line.account().endpoint();
        if (regions.isEmpty()) {
            return own;
        }
        List<?> readable = list(read(line.ask(new Question("GET", "", "", "/", Map.of(), null, Action.READ)))
                .get("readableLocations"));
        for (String wanted : regions) {
            for (Object each : readable) {
                if (each instanceof Map<?, ?> location
                        && plain(location.get("name")).equals(plain(wanted))
                        && location.get("databaseAccountEndpoint") instanceof String address) {
                    URI there = URI.create(address.replaceAll("/+$", ""));
                    if (same(there, own)) {
                        return there;
                    }
                }
            }
        }
        return own;
    }

    private static String plain(@Nullable Object region) {
        return String.valueOf(region).replace(" ", "").toLowerCase(java.util.Locale.ROOT);
    }

    /// `account-region.documents.azure.com` beside `account.documents.azure.com`.
    private static boolean same(URI there, URI own) {
        String[] theirs = String.valueOf(there.getHost()).split("\\.", 2);
        String[] ours = String.valueOf(own.getHost()).split("\\.", 2);
        return String.valueOf(there.getScheme()).equals(own.getScheme())
                && theirs.length == ours.length
                && (theirs[0].equals(ours[0]) || theirs[0].startsWith(ours[0] + "-"))
                && (theirs.length == 1 || theirs[1].equals(ours[1]));
    }

    static Map<String, Object> read(Answer answer) throws IOException {
        try (JsonReader reader = JsonProviders.createReader(answer.body())) {
            Map<String, Object> all = reader.readMap(JsonReader::readUntyped);
            return all == null ? Map.of() : all;
        } catch (RuntimeException noJson) {
            throw new IOException("the service's answer is no JSON", noJson);
        }
    }

    static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
