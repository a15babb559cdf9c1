package dev.sluice.node.agent.job;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.model.Json;
import dev.sluice.node.agent.web.WebClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;

/// A storage account as web services of Machine Learning Studio want to be told of it: by its connection string, or by
/// a link to one blob that lets read it for a day.
final class StudioStorage {
    /// The version of the signature; of its text, too.
    private static final String VERSION = "2018-11-09";

    private static final Duration VALID = Duration.ofDays(1);
    /// For clocks that differ.
    private static final Duration EARLIER = Duration.ofMinutes(15);

    private final Settings service;
    private final String connection;
    private final Map<String, String> parts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /// @param client which keeps the account's secrets out of messages
    StudioStorage(Settings service, WebClient client) {
        this.service = service;
        String text = service.secret("connectionString")
                .map(SecretValue::reveal)
                .orElseThrow(() -> service.missing("connectionString"));
        for (String part : text.split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
            }
        }
        Optional<String> key =
                service.secret("accountKey").map(SecretValue::reveal).filter(s -> !s.isBlank());
        if (!parts.containsKey("AccountKey") && key.isPresent()) {
            parts.put("AccountKey", key.get());
            text = text.replaceAll(";\\s*$", "") + ";AccountKey=" + key.get();
        }
        this.connection = text;
        client.keepSecret(text);
        for (String secret : List.of("AccountKey", "SharedAccessSignature")) {
            if (parts.containsKey(secret)) {
                client.keepSecret(parts.get(secret));
            }
        }
    }

    /// A blob by the account's connection string.
    ObjectNode byConnection(String path) {
        return Json.object().put("ConnectionString", connection).put("RelativeLocation", clean(path));
    }

    /// A blob by a link that lets read it, in the three parts of one.
    ObjectNode byLink(String path, Instant now, WebClient client) {
        String token = "?" + token(clean(path), now);
        client.keepSecret(token);
        return Json.object()
                .put("BaseLocation", endpoint() + "/")
                .put("RelativeLocation", clean(path))
                .put("SasBlobToken", token);
    }

    private static String clean(String path) {
        return path.replaceAll("^/+", "");
    }

    private String account() {
        return Optional.ofNullable(parts.get("AccountName")).orElseThrow(() -> service.missing("connectionString"));
    }

    private String endpoint() {
        return Optional.ofNullable(parts.get("BlobEndpoint"))
                .map(url -> url.replaceAll("/+$", ""))
                .orElseGet(() -> parts.getOrDefault("DefaultEndpointsProtocol", "https") + "://" + account() + ".blob."
                        + parts.getOrDefault("EndpointSuffix", "core.windows.net"));
    }

    /// The account's own signature where it is given, else one made with the account's key for this blob alone.
    private String token(String path, Instant now) {
        if (parts.containsKey("SharedAccessSignature")) {
            return parts.get("SharedAccessSignature").replaceFirst("^\\?", "");
        }
        String start = now.minus(EARLIER).truncatedTo(ChronoUnit.SECONDS).toString();
        String end = now.plus(VALID).truncatedTo(ChronoUnit.SECONDS).toString();
        // Permissions, start, end, resource, policy, addresses, protocols, version, kind, snapshot, five headers.
        List<String> lines = new ArrayList<>(
                List.of("r", start, end, "/blob/" + account() + "/" + path, "", "", "", VERSION, "b", ""));
        lines.addAll(List.of("", "", "", "", ""));
        Map<String, String> query = new LinkedHashMap<>();
        query.put("sv", VERSION);
        query.put("st", start);
        query.put("se", end);
        query.put("sr", "b");
        query.put("sp", "r");
        query.put("sig", signed(String.join("\n", lines)));
        List<String> pairs = new ArrayList<>();
        query.forEach(
                (name, value) -> pairs.add(name + "=" + java.net.URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return String.join("&", pairs);
    }

    private String signed(String text) {
        try {
            byte[] key = Base64.getDecoder()
                    .decode(Optional.ofNullable(parts.get("AccountKey"))
                            .orElseThrow(() -> service.missing("accountKey")));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | InvalidKeyException e) {
            throw service.wrong("accountKey", "**********", "an account key in Base64");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
