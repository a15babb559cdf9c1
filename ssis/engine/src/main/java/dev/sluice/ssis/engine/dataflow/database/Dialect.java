package dev.sluice.ssis.engine.dataflow.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;

/// Statements of packages as the database at hand takes them: the designer puts names in brackets, which only SQL
/// Server and SQLite know. Elsewhere a plain name in brackets is the plain name; a number in brackets stays, since it
/// is a place in an array.
public final class Dialect {
    private Dialect() {}

    public static String text(Connection connection, String sql) throws SQLException {
        String product = connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
        return sql.indexOf('[') < 0 || product.contains("sql server") || product.contains("sqlite")
                ? sql
                : withoutBrackets(
                        sql, connection.getMetaData().getIdentifierQuoteString().strip());
    }

    static String withoutBrackets(String sql, String quote) {
        StringBuilder out = new StringBuilder(sql.length());
        int i = 0;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            int close = c == '\'' ? sql.indexOf('\'', i + 1) : c == '[' ? sql.indexOf(']', i + 1) : -1;
            if (close < 0) {
                out.append(c);
                i++;
            } else if (c == '\'') {
                out.append(sql, i, close + 1);
                i = close + 1;
            } else {
                String name = sql.substring(i + 1, close);
                if (name.matches("[\\d:\\s]*")) {
                    out.append(sql, i, close + 1);
                    i = close + 1;
                    continue;
                }
                out.append(name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : quote + name + quote);
                i = close + 1;
            }
        }
        return out.toString();
    }
}
