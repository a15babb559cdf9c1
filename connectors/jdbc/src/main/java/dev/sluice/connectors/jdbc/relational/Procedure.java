package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A stored procedure that an activity's source or sink calls: `sqlReaderStoredProcedureName`, or
/// `sqlWriterStoredProcedureName` with `sqlWriterTableType` and `storedProcedureTableTypeParameterName`.
///
/// @param name the procedure
/// @param tableType the type of the parameter that takes rows; empty for a procedure that is read from
/// @param tableParameter its name, without `@`; empty for a procedure that is read from
/// @param parameters the others by their names without `@`: text, BigDecimal, Boolean or null
public record Procedure(
        TableName name,
        Optional<TableName> tableType,
        String tableParameter,
        Map<String, @Nullable Object> parameters) {
    private static final String NAME = "[\\p{L}_][\\p{L}\\p{N}_@$#]{0,127}";

    /// The procedure that rows are given to; empty without one.
    public static Optional<Procedure> written(Settings sink) {
        return sink.text("sqlWriterStoredProcedureName")
                .filter(p -> !p.isBlank())
                .map(p -> new Procedure(
                        TableName.parsed(p),
                        Optional.of(TableName.parsed(sink.requiredText("sqlWriterTableType"))),
                        word(
                                sink,
                                "storedProcedureTableTypeParameterName",
                                sink.requiredText("storedProcedureTableTypeParameterName")),
                        parameters(sink)));
    }

    /// The procedure whose result is read; empty without one.
    public static Optional<Procedure> read(Settings source) {
        return source.text("sqlReaderStoredProcedureName")
                .filter(p -> !p.isBlank())
                .map(p -> new Procedure(TableName.parsed(p), Optional.empty(), "", parameters(source)));
    }

    private static Map<String, @Nullable Object> parameters(Settings activity) {
        Settings given = activity.section("storedProcedureParameters");
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        for (String name : given.names()) {
            Object value = given.value(name).orElseThrow();
            if (value instanceof Map<?, ?> typed) {
                value = typed.get("value");
            }
            if (value != null && !(value instanceof String || value instanceof Number || value instanceof Boolean)) {
                throw given.wrong(name, value, "a text, a number, true or false");
            }
            all.put(word(given, name, name), value);
        }
        return all;
    }

    /// It becomes part of a statement.
    private static String word(Settings settings, String member, String name) {
        String word = name.startsWith("@") ? name.substring(1) : name;
        if (!word.matches(NAME)) {
            throw settings.wrong(member, name, "the name of a parameter");
        }
        return word;
    }
}
