package dev.sluice.data.copy;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DocumentFaults;
import java.util.List;
import java.util.Set;

/// Refuses what would change which rows, columns or files are copied and is not done here: a copy that passed over it
/// would succeed with another result than the one asked for. What merely tunes a copy is not looked at. Settings that
/// one connector knows and another does not are the connector's to refuse.
final class UnsupportedSettings {
    private static final Set<String> LOGS =
            Set.of("logSettings", "logStorageSettings", "redirectIncompatibleRowSettings");

    private UnsupportedSettings() {}

    static void refuse(Endpoint source, Settings activity, boolean logged, boolean staged) {
        ofFiles(source.storeSettings());
        ofActivity(activity, logged, staged);
        ofPreserved(source, activity);
        ofSkippedFiles(source, activity);
    }

    private static void ofFiles(Settings store) {
        if (given(store, "fileFilter")) {
            throw unsupported(
                    store,
                    "fileFilter",
                    "files it leaves out would be copied",
                    "set wildcardFileName of storeSettings");
        }
    }

    private static void ofActivity(Settings activity, boolean logged, boolean staged) {
        if (!staged && activity.flag("enableStaging", false)) {
            throw unsupported(activity, "enableStaging", "the copy goes directly", "copy without staging");
        }
        if (!logged && activity.flag("enableSkipIncompatibleRow", false)) {
            LOGS.stream().sorted().forEach(name -> ofLog(activity, name));
        }
    }

    /// Attributes of files that are copied as they are; permissions and owners of none.
    private static void ofPreserved(Endpoint source, Settings activity) {
        for (String name : List.of("preserve", "preserveRules")) {
            for (Object what : activity.list(name)) {
                if (!String.valueOf(what).equalsIgnoreCase("Attributes")) {
                    throw unsupported(
                            activity,
                            name,
                            "'" + what + "' is not copied, only Attributes are",
                            "copy permissions and owners with a tool of the store");
                }
                if (!Connectors.isBinary(source)) {
                    throw unsupported(
                            activity,
                            name,
                            "files that are parsed are written anew",
                            "copy them as Binary, or remove it");
                }
            }
        }
    }

    /// Files that are parsed are read in pieces by several readers: leaving one out would leave half of it in.
    private static void ofSkippedFiles(Endpoint source, Settings activity) {
        Settings skipped = activity.section("skipErrorFile");
        if (Connectors.isBinary(source)) {
            return;
        }
        for (String name : skipped.names()) {
            if (skipped.flag(name, false)) {
                throw unsupported(
                        skipped,
                        name,
                        "a missing, locked or damaged file fails a copy that parses files",
                        "copy them as Binary, or leave such files out with wildcardFileName or modifiedDatetimeEnd");
            }
        }
    }

    /// Who asks for a log of the rows left out would look for them in vain.
    private static void ofLog(Settings activity, String name) {
        Settings log = activity.section(name);
        if (!log.names().isEmpty() && log.flag("enableCopyActivityLog", true)) {
            throw unsupported(
                    activity,
                    name,
                    "rows left out are counted (rowsSkipped) and not kept",
                    "remove it if the count is enough, or set enableSkipIncompatibleRow to false");
        }
    }

    private static boolean given(Settings settings, String name) {
        return settings.value(name).filter(v -> !v.toString().isBlank()).isPresent();
    }

    private static RuntimeException unsupported(Settings settings, String member, String detail, String advice) {
        return DocumentFaults.SETTING_UNSUPPORTED
                .problem()
                .at(settings.pointer() + "/" + member)
                .evidence("member", member)
                .evidence("detail", detail)
                .evidence("advice", advice)
                .exception();
    }
}
