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
/// @param trees what the mapping says about rows that are trees; [TreeMapping#NONE] where they are flat
public record Endpoint(
        Kind side,
        String linkedServiceName,
        String linkedServiceType,
        Settings linkedService,
        String datasetName,
        String datasetType,
        Settings dataset,
        Settings activity,
        TreeMapping trees) {

    /// One side whose rows are flat.
    public Endpoint(
            Kind side,
            String linkedServiceName,
            String linkedServiceType,
            Settings linkedService,
            String datasetName,
            String datasetType,
            Settings dataset,
            Settings activity) {
        this(
                side,
                linkedServiceName,
                linkedServiceType,
                linkedService,
                datasetName,
                datasetType,
                dataset,
                activity,
                TreeMapping.NONE);
    }

    /// The same with rows that are trees.
    public Endpoint withTrees(TreeMapping mapping) {
        return new Endpoint(
                side,
                linkedServiceName,
                linkedServiceType,
                linkedService,
                datasetName,
                datasetType,
                dataset,
                activity,
                mapping);
    }

    /// The same with other members of the dataset.
    public Endpoint withDataset(Settings members) {
        return new Endpoint(
                side,
                linkedServiceName,
                linkedServiceType,
                linkedService,
                datasetName,
                datasetType,
                members,
                activity,
                trees);
    }

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
