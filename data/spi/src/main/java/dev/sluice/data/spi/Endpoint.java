package dev.sluice.data.spi;

import dev.sluice.diagnosis.Kind;

/// One side of a copy, everything evaluated and every secret opened.
///
/// @param side [Kind#SOURCE] or [Kind#SINK]: on whose side a problem is reported
/// @param linkedServiceName the store's name in messages
/// @param linkedServiceType Data Factory type, e.g. `AzureBlobStorage`
/// @param linkedService its typeProperties
/// @param datasetName the dataset's name
/// @param datasetType e.g. `DelimitedText`, `AzurePostgreSqlTable`
/// @param dataset its typeProperties
/// @param activity the activity's `source` or `sink` object, `storeSettings` and `formatSettings` within
public record Endpoint(
        Kind side,
        String linkedServiceName,
        String linkedServiceType,
        Settings linkedService,
        String datasetName,
        String datasetType,
        Settings dataset,
        Settings activity) {

    /// The dataset's `location` (file datasets).
    public Settings location() {
        return dataset.section("location");
    }

    /// The activity side's `storeSettings`.
    public Settings storeSettings() {
        return activity.section("storeSettings");
    }

    /// The activity side's `formatSettings`.
    public Settings formatSettings() {
        return activity.section("formatSettings");
    }
}
