package dev.sluice.cli.client;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The service answered with an error, or could not be asked at all (status 0).
public final class ServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient JsonNode body;

    ServiceException(int status, String code, String message, JsonNode body) {
        super(message);
        this.status = status;
        this.code = code;
        this.body = body;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    /// The answer as it came, for `-o json`.
    public JsonNode body() {
        return body;
    }

    /// Further lines for people: what else was wrong, and what to do.
    public List<String> hints() {
        List<String> hints = new ArrayList<>();
        for (JsonNode detail : body.path("error").path("details")) {
            String message = detail.path("message").asString("");
            if (!message.isEmpty() && !message.equals(getMessage())) {
                hints.add(detail.path("code").asString("") + ": " + message);
            }
            detail.path("resolution").forEach(step -> hints.add("→ " + step.asString("")));
        }
        return hints;
    }
}
