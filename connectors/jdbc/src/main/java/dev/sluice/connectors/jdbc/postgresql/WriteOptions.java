package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import java.util.Locale;
import java.util.Optional;

/// What the activity's sink says. `writeBatchSize` is checked and not needed: COPY is one stream.
///
/// @param preCopyScript SQL to run first, in the load's transaction
/// @param autoCreate whether a missing table is created
record WriteOptions(Optional<String> preCopyScript, boolean autoCreate) {
    static WriteOptions of(Endpoint endpoint) {
        Settings s = endpoint.activity();
        String method = s.text("writeMethod").filter(m -> !m.isBlank()).orElse("CopyCommand");
        switch (method.toLowerCase(Locale.ROOT)) {
            case "bulkinsert", "copycommand" -> {}
            default -> throw s.wrong("writeMethod", method, "BulkInsert or CopyCommand; upsert is not available yet");
        }
        s.number("writeBatchSize", 0, Integer.MAX_VALUE);
        String option = s.text("tableOption").filter(o -> !o.isBlank()).orElse("none");
        boolean create = switch (option.toLowerCase(Locale.ROOT)) {
            case "none" -> false;
            case "autocreate" -> true;
            default -> throw s.wrong("tableOption", option, "none or autoCreate");
        };
        return new WriteOptions(s.text("preCopyScript").filter(p -> !p.isBlank()), create);
    }
}
