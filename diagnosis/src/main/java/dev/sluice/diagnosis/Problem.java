package dev.sluice.diagnosis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One occurrence of a [Fault]: what was seen, where. A value; safe to log and to send, so whoever adds evidence
/// must not add a secret.
///
/// @param fault what went wrong
/// @param kind whose move it is here (a refused port is the fault's NETWORK, but may be on the sink's side)
/// @param location where in a document or data: a JSON pointer (`/properties/activities/0`), `file:line:column`,
///     or `row 17, column o_orderdate`; empty when there is no such place
/// @param evidence name to value, in the order it was added; values are text of at most [#MAX_EVIDENCE] characters
public record Problem(Fault fault, Kind kind, String location, Map<String, String> evidence) {
    /// Longest evidence value kept; the rest is cut and replaced by `…`.
    public static final int MAX_EVIDENCE = 2_000;

    public Problem {
        evidence = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
    }

    public String code() {
        return fault.code();
    }

    /// The cause sentence with the evidence filled in, and the location in front where there is one.
    public String message() {
        String text = fill(fault.cause());
        return location.isEmpty() ? text : location + ": " + text;
    }

    /// The resolution steps with the evidence filled in.
    public List<String> resolution() {
        return fault.resolution().stream().map(this::fill).toList();
    }

    private String fill(String template) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (true) {
            int open = template.indexOf('{', at);
            int close = open < 0 ? -1 : template.indexOf('}', open);
            if (close < 0) {
                return out.append(template, at, template.length()).toString();
            }
            String name = template.substring(open + 1, close);
            out.append(template, at, open).append(evidence.getOrDefault(name, "(" + name + " unknown)"));
            at = close + 1;
        }
    }

    @Override
    public String toString() {
        return code() + ": " + message();
    }

    /// Collects evidence for one occurrence. Not for several threads.
    public static final class Builder {
        private final Fault fault;
        private Kind kind;
        private String location = "";
        private @Nullable Throwable origin;
        private final Map<String, String> evidence = new LinkedHashMap<>();

        Builder(Fault fault) {
            this.fault = fault;
            this.kind = fault.kind();
        }

        /// Says on whose side it happened, where the fault itself cannot know.
        public Builder on(Kind side) {
            this.kind = side;
            return this;
        }

        public Builder at(String place) {
            this.location = place;
            return this;
        }

        /// Adds what was seen; null is left out.
        public Builder evidence(String name, @Nullable Object value) {
            if (value != null) {
                String text = Objects.toString(value);
                evidence.put(name, text.length() > MAX_EVIDENCE ? text.substring(0, MAX_EVIDENCE) + "…" : text);
            }
            return this;
        }

        /// The exception this was recognised from: kept as the cause for the log, never shown to a user.
        public Builder from(Throwable cause) {
            this.origin = cause;
            return this;
        }

        public Problem build() {
            return new Problem(fault, kind, location, evidence);
        }

        public ProblemException exception() {
            return new ProblemException(build(), origin);
        }
    }
}
