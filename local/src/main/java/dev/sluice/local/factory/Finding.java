package dev.sluice.local.factory;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import java.util.Comparator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Something to say about a file.
///
/// @param file path as the person gave it, relative to what was given; empty when it is about no file
/// @param pointer JSON pointer within the file
/// @param line from 1; 0 when it is about no place
/// @param column from 1; 0 when it is about no place
/// @param problem what; its location is not shown, since the members above say it better
public record Finding(Severity severity, String file, String pointer, int line, int column, Problem problem) {
    /// How much it matters.
    public enum Severity {
        /// The factory cannot be used as it is.
        ERROR,
        /// It can, but is perhaps not meant so.
        WARNING;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// By file, then place; errors first where both are at one place.
    public static final Comparator<Finding> ORDER = Comparator.comparing(Finding::file)
            .thenComparingInt(Finding::line)
            .thenComparingInt(Finding::column)
            .thenComparing(Finding::severity)
            .thenComparing(f -> f.problem.code());

    /// What is to be said, without the place.
    public String message() {
        return new Problem(problem.fault(), problem.kind(), "", problem.evidence()).message();
    }

    /// `file:line:column`, as editors and build logs know it.
    public String place() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("severity", severity.word());
        json.put("code", problem.code());
        json.put("file", file);
        json.put("pointer", pointer);
        json.put("line", line);
        json.put("column", column);
        json.put("message", message());
        ArrayNode steps = json.putArray("resolution");
        problem.resolution().forEach(steps::add);
        return json;
    }
}
