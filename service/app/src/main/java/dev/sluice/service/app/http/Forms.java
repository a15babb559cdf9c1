package dev.sluice.service.app.http;

import java.util.Map;

/// Bodies of the kind `application/x-www-form-urlencoded`.
public final class Forms {
    private Forms() {}

    /// Decoded fields by lower-case name; of a name given twice the last.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException for what is not well formed
    public static Map<String, String> parse(String body) {
        return Reading.query(body.strip());
    }
}
