package dev.sluice.service.app;

import dev.sluice.model.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A script of requests with the answers they get, as text that a person can read:
///
/// ```
/// # what this is about
/// PUT abc/datasets/d        (paths below the factories, or from the root when they begin with a slash)
/// If-Match: x
/// {"properties": …}
/// => 200
/// {…}
/// ```
///
/// What differs from run to run is replaced: ids by `<id-1>`, `<id-2>` … in order of appearance, times, keys, the port.
final class Conversation {
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final TestClient client;
    private final Map<String, String> ids = new HashMap<>();
    private final List<String> idsInOrder = new ArrayList<>();

    Conversation(TestClient client) {
        this.client = client;
    }

    /// Sends every request of the script and gives the script back with the answers that came.
    String replay(String script) throws Exception {
        StringBuilder out = new StringBuilder();
        for (String block : script.split("\n\n")) {
            out.append(exchange(block.strip())).append("\n\n");
        }
        return out.toString().strip() + "\n";
    }

    private String exchange(String block) throws Exception {
        StringBuilder asked = new StringBuilder();
        List<String> headers = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        String method = "";
        String path = "";
        for (String line : block.split("\n")) {
            if (line.startsWith("=>")) {
                break;
            }
            asked.append(line).append("\n");
            if (line.startsWith("#")) {
                continue;
            }
            if (method.isEmpty()) {
                method = line.substring(0, line.indexOf(' '));
                path = known(line.substring(line.indexOf(' ') + 1).strip());
            } else if (body.isEmpty() && line.matches("[A-Za-z-]+: .*")) {
                headers.add(line.substring(0, line.indexOf(':')));
                headers.add(known(line.substring(line.indexOf(':') + 1).strip()));
            } else {
                body.append(known(line)).append("\n");
            }
        }
        if (method.isEmpty()) {
            return asked.toString().strip();
        }
        TestClient.Reply reply = client.send(method, path, body.toString().strip(), headers.toArray(String[]::new));
        String answer = reply.raw().body();
        return asked + "=> " + reply.status()
                + (answer.isEmpty() ? "" : "\n" + normal(Json.pretty(Json.parse(answer))));
    }

    private String known(String text) {
        String result = text;
        for (int i = idsInOrder.size(); i > 0; i--) {
            result = result.replace("<id-" + i + ">", idsInOrder.get(i - 1));
        }
        return result;
    }

    private String normal(String text) {
        String result = text.replace(client.base, "https://<host>").replace(client.base.substring(8), "<host>");
        Matcher m = UUID.matcher(result);
        StringBuilder out = new StringBuilder();
        while (m.find()) {
            String name = ids.computeIfAbsent(m.group(), id -> {
                idsInOrder.add(id);
                return "<id-" + idsInOrder.size() + ">";
            });
            m.appendReplacement(out, Matcher.quoteReplacement(name));
        }
        m.appendTail(out);
        return out.toString()
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}Z", "<time>")
                .replaceAll("@[A-Za-z0-9+/]{80,}={0,2}", "@<secret>")
                .replaceAll("\"token\" : \"[^\"]*\"", "\"token\" : \"<token>\"")
                .replaceAll("\"id\" : \"[0-9a-f]{16}\"", "\"id\" : \"<token-id>\"");
    }
}
