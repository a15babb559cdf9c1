package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.service.app.http.Request;
import dev.sluice.service.store.Save;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// If-Match and If-None-Match.
final class Etags {
    private Etags() {}

    /// The etag a write expects: null when any will do, [Save#ABSENT] when there must be no document.
    ///
    /// @param current of the stored document, if there is one
    static @Nullable String expected(Request request, Optional<String> current, String name) {
        Optional<String> match = request.header("if-match").map(String::strip);
        if (match.isPresent()) {
            boolean fits = current.isPresent() && names(match.get(), current.get());
            if (!fits) {
                throw failed("If-Match " + match.get(), current.orElse("(none)"), name);
            }
            return current.get();
        }
        if (request.header("if-none-match")
                .map(String::strip)
                .filter("*"::equals)
                .isPresent()) {
            if (current.isPresent()) {
                throw failed("If-None-Match *", current.get(), name);
            }
            return Save.ABSENT;
        }
        return null;
    }

    /// Whether the client has this version already.
    static boolean known(Request request, String current) {
        return request.header("if-none-match").filter(h -> names(h, current)).isPresent();
    }

    static RuntimeException failed(String given, String current, String name) {
        return ServiceFaults.PRECONDITION.with("given", given, "current", current, "name", name);
    }

    private static boolean names(String header, String etag) {
        return Arrays.stream(header.split(","))
                .map(String::strip)
                .map(t -> t.startsWith("W/") ? t.substring(2) : t)
                .map(t -> t.length() > 1 && t.startsWith("\"") && t.endsWith("\"") ? t.substring(1, t.length() - 1) : t)
                .anyMatch(t -> t.equals("*") || t.equals(etag));
    }
}
