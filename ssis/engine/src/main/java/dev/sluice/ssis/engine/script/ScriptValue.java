package dev.sluice.ssis.engine.script;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A value on its way to or from a script.
///
/// @param type .NET's name of it (`Int32`, `String`), `Table` or `Null`
record ScriptValue(String type, String text) {
    /// @param type of the variable, for numbers; empty to go by the value
    static ScriptValue of(@Nullable Object value, String type) {
        return switch (value) {
            case null -> new ScriptValue("Null", "");
            case ScriptHost.Rows t -> new ScriptValue("Table", table(t));
            case Boolean b -> new ScriptValue("Boolean", b.toString());
            case LocalDateTime t -> new ScriptValue("DateTime", t.toString());
            case Long n -> new ScriptValue(number(type) ? type : "Int64", n.toString());
            case BigInteger n -> new ScriptValue("UInt64", n.toString());
            case Double d -> new ScriptValue("Double", d.toString());
            case Float f -> new ScriptValue("Single", f.toString());
            case BigDecimal d -> new ScriptValue("Decimal", d.toPlainString());
            default -> new ScriptValue("String", value.toString());
        };
    }

    private static boolean number(String type) {
        return List.of("Int16", "Int32", "Int64", "SByte", "Byte", "UInt32").contains(type);
    }

    @Nullable
    Object value() {
        return switch (type) {
            case "Null" -> null;
            case "Boolean" -> text.equals("true");
            case "Int16", "Int32", "Int64", "SByte", "Byte", "UInt16", "UInt32" -> Long.parseLong(text);
            case "UInt64" -> new BigInteger(text);
            case "Single", "Double" -> Double.parseDouble(text);
            case "Decimal" -> new BigDecimal(text);
            case "DateTime" -> LocalDateTime.parse(text);
            case "Table" -> rows();
            default -> text;
        };
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }

    private static String table(ScriptHost.Rows table) {
        StringBuilder text = new StringBuilder();
        text.append(String.join(
                "\t", table.columns().stream().map(ScriptValue::encoded).toList()));
        for (List<@Nullable Object> row : table.rows()) {
            List<String> cells = new ArrayList<>();
            for (Object cell : row) {
                ScriptValue v = of(cell, "");
                cells.add(v.type() + ":" + encoded(v.text()));
            }
            text.append('\n').append(String.join("\t", cells));
        }
        return text.toString();
    }

    private ScriptHost.Rows rows() {
        String[] lines = text.split("\n", -1);
        List<String> columns = Arrays.stream(lines[0].split("\t", -1))
                .map(ScriptValue::decoded)
                .toList();
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            List<@Nullable Object> row = new ArrayList<>();
            for (String cell : lines[i].split("\t", -1)) {
                int colon = cell.indexOf(':');
                row.add(new ScriptValue(cell.substring(0, colon), decoded(cell.substring(colon + 1))).value());
            }
            rows.add(Collections.unmodifiableList(row));
        }
        return new ScriptHost.Rows(columns, rows);
    }
}
