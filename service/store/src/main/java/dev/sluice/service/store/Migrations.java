package dev.sluice.service.store;

import dev.sluice.diagnosis.ServiceFaults;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Brings the database to the shape this version needs: numbered scripts, each applied once, all in one
/// transaction.
///
/// Our own and not Flyway: on SQLite, Flyway 13.12 took 410 to 650 ms at a second start with nothing to do and 480
/// to 980 ms at the first, this 30 to 80 ms and 60 to 110 ms (same machine, same minute), where the whole service
/// has to be ready in about a second. Every script is the same text for both databases, and the list is fixed at
/// build time: nothing is scanned. A script that has been released is never changed; its checksum is kept and
/// compared.
final class Migrations {
    private static final List<String> SCRIPTS = List.of(
            "0001-first.sql",
            "0002-factory-place.sql",
            "0003-letters.sql",
            "0004-recovery.sql",
            "0007-runtimes.sql",
            "0008-triggers.sql",
            "0009-principals.sql",
            "0010-offers.sql",
            "0011-watched-folders.sql",
            "0012-runtime-keys.sql",
            "0014-updates.sql",
            "0015-ssis-catalog.sql",
            "0016-log-reports.sql",
            "0017-ssis-permissions.sql",
            "0018-waiting-packages.sql",
            "0019-history-by-two.sql");

    private Migrations() {}

    static void apply(Database database) {
        database.write(session -> {
            session.prepareForMigration();
            session.update("CREATE TABLE IF NOT EXISTS migration "
                    + "(script VARCHAR(100) NOT NULL PRIMARY KEY, checksum VARCHAR(64) NOT NULL)");
            Map<String, String> applied = session
                    .list(r -> Map.entry(r.getString(1), r.getString(2)), "SELECT script, checksum FROM migration")
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            for (String script : SCRIPTS) {
                String known = applied.remove(script);
                String text = text(script);
                if (known == null) {
                    run(session, script, text);
                } else if (!known.equals(checksum(text))) {
                    throw foreign("its migration " + script + " is not the one this version knows");
                }
            }
            if (!applied.isEmpty()) {
                throw foreign("it was written by a newer version (migrations " + applied.keySet() + ")");
            }
            return true;
        });
    }

    private static void run(Session session, String script, String text) throws SQLException {
        String sql = text.lines()
                .filter(line -> !line.startsWith("--"))
                .collect(Collectors.joining("\n"))
                .replace("{{key}}", session.dialect().keyType())
                .replace("{{bytes}}", session.dialect().bytesType());
        for (String statement : Arrays.asList(sql.split(";\\s*\n"))) {
            if (!statement.isBlank()) {
                session.update(statement);
            }
        }
        session.update("INSERT INTO migration (script, checksum) VALUES (?, ?)", script, checksum(text));
    }

    private static RuntimeException foreign(String detail) {
        return ServiceFaults.DATABASE_UNUSABLE.with("detail", detail);
    }

    private static String text(String script) {
        try (InputStream in = Migrations.class.getResourceAsStream(script)) {
            if (in == null) {
                throw new IllegalStateException("script " + script + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("script " + script, e);
        }
    }

    private static String checksum(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
