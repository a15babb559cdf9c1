package dev.sluice.ssis.catalog;

import dev.sluice.diagnosis.SsisCatalogFaults;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// How a catalog is kept (`catalog.catalog_properties`), and a quota of our own.
///
/// @param cleanupEnabled whether executions go by themselves
/// @param retentionDays how long an execution is kept after its end; -1 for ever
/// @param versionCleanupEnabled whether surplus versions of projects go by themselves
/// @param maxProjectVersions versions of a project that are kept
/// @param loggingLevel of executions that name none
/// @param quotaMb what the catalog may hold: archives and messages; 0 for no limit
public record CatalogProperties(
        boolean cleanupEnabled,
        int retentionDays,
        boolean versionCleanupEnabled,
        int maxProjectVersions,
        LoggingLevel loggingLevel,
        int quotaMb) {
    public static final CatalogProperties DEFAULT =
            new CatalogProperties(true, 365, true, 10, LoggingLevel.BASIC, 4_096);

    public static final String CLEANUP_ENABLED = "OPERATION_CLEANUP_ENABLED";
    public static final String RETENTION_WINDOW = "RETENTION_WINDOW";
    public static final String VERSION_CLEANUP_ENABLED = "VERSION_CLEANUP_ENABLED";
    public static final String MAX_PROJECT_VERSIONS = "MAX_PROJECT_VERSIONS";
    public static final String SERVER_LOGGING_LEVEL = "SERVER_LOGGING_LEVEL";
    public static final String QUOTA_MB = "QUOTA_MB";

    private static final int MOST_DAYS = 3_650;
    private static final int MOST_VERSIONS = 9_999;
    private static final int MOST_MB = 1 << 24;

    /// With one property changed, by SSISDB's name for it.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when there is no such property or it cannot have that value
    public CatalogProperties with(String property, String value) {
        String name = property.toUpperCase(Locale.ROOT);
        return switch (name) {
            case CLEANUP_ENABLED ->
                new CatalogProperties(
                        flag(name, value),
                        retentionDays,
                        versionCleanupEnabled,
                        maxProjectVersions,
                        loggingLevel,
                        quotaMb);
            case RETENTION_WINDOW ->
                new CatalogProperties(
                        cleanupEnabled,
                        value.equals("-1") ? -1 : number(name, value, 1, MOST_DAYS),
                        versionCleanupEnabled,
                        maxProjectVersions,
                        loggingLevel,
                        quotaMb);
            case VERSION_CLEANUP_ENABLED ->
                new CatalogProperties(
                        cleanupEnabled, retentionDays, flag(name, value), maxProjectVersions, loggingLevel, quotaMb);
            case MAX_PROJECT_VERSIONS ->
                new CatalogProperties(
                        cleanupEnabled,
                        retentionDays,
                        versionCleanupEnabled,
                        number(name, value, 1, MOST_VERSIONS),
                        loggingLevel,
                        quotaMb);
            case SERVER_LOGGING_LEVEL ->
                new CatalogProperties(
                        cleanupEnabled,
                        retentionDays,
                        versionCleanupEnabled,
                        maxProjectVersions,
                        LoggingLevel.of(value)
                                .orElseThrow(() -> invalid(name, value, "None, Basic, Performance or Verbose")),
                        quotaMb);
            case QUOTA_MB ->
                new CatalogProperties(
                        cleanupEnabled,
                        retentionDays,
                        versionCleanupEnabled,
                        maxProjectVersions,
                        loggingLevel,
                        number(name, value, 0, MOST_MB));
            default ->
                throw SsisCatalogFaults.PROPERTY_UNKNOWN.with(
                        "property", property, "known", String.join(", ", all().keySet()));
        };
    }

    /// Every property by SSISDB's name.
    public Map<String, String> all() {
        Map<String, String> all = new TreeMap<>();
        all.put(CLEANUP_ENABLED, cleanupEnabled ? "TRUE" : "FALSE");
        all.put(RETENTION_WINDOW, String.valueOf(retentionDays));
        all.put(VERSION_CLEANUP_ENABLED, versionCleanupEnabled ? "TRUE" : "FALSE");
        all.put(MAX_PROJECT_VERSIONS, String.valueOf(maxProjectVersions));
        all.put(SERVER_LOGGING_LEVEL, String.valueOf(loggingLevel.code()));
        all.put(QUOTA_MB, String.valueOf(quotaMb));
        return all;
    }

    private static boolean flag(String name, String value) {
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "TRUE", "1" -> true;
            case "FALSE", "0" -> false;
            default -> throw invalid(name, value, "TRUE or FALSE");
        };
    }

    private static int number(String name, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw invalid(name, value, "a whole number from " + least + " to " + most);
    }

    private static RuntimeException invalid(String name, String value, String expected) {
        return SsisCatalogFaults.PROPERTY_INVALID.with("property", name, "value", value, "expected", expected);
    }
}
