package dev.sluice.connectors.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.azure.AccountRequests.Answer;
import dev.sluice.connectors.azure.TableLine.Question;
import dev.sluice.connectors.azure.TableProblems.Action;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Entities of one partition that are sent together: an entity group transaction, of which all happens or nothing
/// ("Performing entity group transactions": at most 100 entities, each once, 4 MiB).
final class Changeset {
    private static final int MOST_ROWS = 100;
    private static final int MOST_BYTES = 3_500_000;
    private static final String BATCH = "batch_sluice";
    private static final String CHANGES = "changeset_sluice";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");
    private static final Pattern PLACE = Pattern.compile("\"value\"\\s*:\\s*\"(\\d{1,3}):");

    private final String table;
    private final String method;
    private final String partition;
    private final List<String> keys = new ArrayList<>();
    private final List<String> entities = new ArrayList<>();
    private final List<Long> ordinals = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private int size;

    /// @param method MERGE or PUT
    Changeset(String table, String method, String partition) {
        this.table = table;
        this.method = method;
        this.partition = partition;
    }

    /// Whether an entity of that key and length can still be taken.
    boolean takes(String rowKey, int length) {
        return entities.isEmpty()
                || entities.size() < MOST_ROWS && !seen.contains(rowKey) && size + room(length) <= MOST_BYTES;
    }

    void add(String rowKey, String entity, long ordinal) {
        keys.add(rowKey);
        seen.add(rowKey);
        entities.add(entity);
        ordinals.add(ordinal);
        size += room(entity.length());
    }

    /// What surrounds an entity, and that a character may have three bytes.
    private static int room(int length) {
        return 3 * length + 600;
    }

    int rows() {
        return entities.size();
    }

    int size() {
        return size;
    }

    /// @return bytes sent
    int send(TableLine line) throws IOException {
        byte[] body = body(line);
        line.ask(
                new Question(
                        "POST",
                        "/$batch",
                        Map.of("Content-Type", "multipart/mixed; boundary=" + BATCH),
                        body,
                        Action.WRITE),
                answer -> check(answer, line.problems()));
        return body.length;
    }

    private byte[] body(TableLine line) {
        StringBuilder out = new StringBuilder(size);
        out.append("--")
                .append(BATCH)
                .append("\r\nContent-Type: multipart/mixed; boundary=")
                .append(CHANGES);
        out.append("\r\n\r\n");
        for (int i = 0; i < entities.size(); i++) {
            String target =
                    "/" + table + "(PartitionKey='" + encoded(partition) + "',RowKey='" + encoded(keys.get(i)) + "')";
            out.append("--").append(CHANGES).append("\r\nContent-Type: application/http\r\n");
            out.append("Content-Transfer-Encoding: binary\r\n\r\n");
            out.append(method).append(' ').append(line.address(target)).append(" HTTP/1.1\r\n");
            out.append("Content-Type: application/json\r\nAccept: ")
                    .append(TableLine.JSON)
                    .append("\r\n");
            out.append("DataServiceVersion: 3.0;\r\n\r\n")
                    .append(entities.get(i))
                    .append("\r\n");
        }
        out.append("--").append(CHANGES).append("--\r\n--").append(BATCH).append("--\r\n");
        return out.toString().getBytes(UTF_8);
    }

    private static String encoded(String key) {
        return URLEncoder.encode(key.replace("'", "''"), UTF_8).replace("+", "%20");
    }

    /// A transaction that failed is answered by one part that says why, and of which entity.
    private void check(Answer answer, TableProblems problems) {
        String text = answer.text();
        Matcher status = STATUS.matcher(text);
        while (status.find()) {
            int code = Integer.parseInt(status.group(1));
            if (code >= 400) {
                String said = text.substring(status.start());
                Matcher place = PLACE.matcher(said);
                int index = place.find() ? Integer.parseInt(place.group(1)) : -1;
                long row = index >= 0 && index < ordinals.size() ? ordinals.get(index) : 0;
                throw problems.refused(code, said, answer.header("x-ms-request-id"), row, Action.WRITE);
            }
        }
    }
}
