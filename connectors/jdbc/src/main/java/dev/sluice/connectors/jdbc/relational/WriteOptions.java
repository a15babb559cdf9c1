package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the activity's sink says.
///
/// @param preCopyScript SQL to run first, in the load's transaction
/// @param autoCreate whether a missing table is created
/// @param upsert whether rows that are there already are changed; otherwise rows are added
/// @param keys columns that tell which row it is; empty: the primary key
/// @param interimSchema where the rows to be upserted are loaded first; empty: a temporary table where there is such
/// @param batchRows rows sent at once; 0 leaves it to the connector
/// @param batchSeconds limit for sending them; 0 without
/// @param tableLock whether the table is locked while it is loaded
/// @param marks whether a load leaves a mark by which the same job run again knows that it is done (`attemptMarker`, an
///     own member; true unless said)
/// @param procedure that takes the rows instead of the table; empty without one
public record WriteOptions(
        Optional<String> preCopyScript,
        boolean autoCreate,
        boolean upsert,
        List<String> keys,
        Optional<String> interimSchema,
        int batchRows,
        int batchSeconds,
        boolean tableLock,
        boolean marks,
        Optional<Procedure> procedure) {

    private static final int MOST_BATCH_ROWS = 10_000_000;

    public WriteOptions {
        keys = List.copyOf(keys);
    }

    public static WriteOptions of(Endpoint endpoint) {
        Settings s = endpoint.activity();
        Settings upsert = s.section("upsertSettings");
        return new WriteOptions(
                s.text("preCopyScript").filter(p -> !p.isBlank()),
                creates(s),
                upserts(s),
                keys(upsert),
                upsert.flag("useTempDB", true)
                        ? Optional.empty()
                        : upsert.text("interimSchemaName").filter(n -> !n.isBlank()),
                s.number("writeBatchSize", 0, MOST_BATCH_ROWS).orElse(0L).intValue(),
                s.text("writeBatchTimeout")
                        .map(t -> ReadOptions.seconds(s, "writeBatchTimeout", t))
                        .orElse(0),
                s.flag("sqlWriterUseTableLock", false),
                s.flag("attemptMarker", true),
                Procedure.written(s));
    }

    private static boolean creates(Settings s) {
        String option = s.text("tableOption").filter(o -> !o.isBlank()).orElse("none");
        return switch (option.toLowerCase(Locale.ROOT)) {
            case "none" -> false;
            case "autocreate" -> true;
            default -> throw s.wrong("tableOption", option, "none or autoCreate");
        };
    }

    /// `writeBehavior` of the SQL Server family, `writeMethod` of PostgreSQL.
    private static boolean upserts(Settings s) {
        String behaviour = s.text("writeBehavior").filter(o -> !o.isBlank()).orElse("insert");
        boolean upserts = switch (behaviour.toLowerCase(Locale.ROOT)) {
            case "insert" -> false;
            case "upsert" -> true;
            case "storedprocedure" -> {
                s.requiredText("sqlWriterStoredProcedureName");
                yield false;
            }
            default -> throw s.wrong("writeBehavior", behaviour, "insert, upsert or storedProcedure");
        };
        String method = s.text("writeMethod").filter(m -> !m.isBlank()).orElse("CopyCommand");
        return switch (method.toLowerCase(Locale.ROOT)) {
            case "bulkinsert", "copycommand" -> upserts;
            case "upsert" -> true;
            default -> throw s.wrong("writeMethod", method, "BulkInsert, CopyCommand or Upsert");
        };
    }

    private static List<String> keys(Settings upsert) {
        List<String> keys = new ArrayList<>();
        for (Object key : upsert.list("keys")) {
            if (!(key instanceof String name) || name.isBlank()) {
                throw upsert.wrong("keys", key, "an array of column names");
            }
            keys.add(name);
        }
        return keys;
    }
}
