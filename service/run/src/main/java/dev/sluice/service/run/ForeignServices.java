package dev.sluice.service.run;

import dev.sluice.model.Activity;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Activities that are done by a service which exists only at a cloud provider and has nothing here to take its place.
/// Their documents are kept and validated as any other's; they fail when they are reached.
final class ForeignServices {
    private static final String SYNAPSE_SPARK = "an Apache Spark pool of Azure Synapse";
    private static final String FABRIC = "Microsoft Fabric";

    /// What they need, by type in lower case.
    private static final Map<String, String> NEEDS = Map.ofEntries(
            Map.entry("executedataflow", "the data flow engine (an Apache Spark cluster of Data Factory's)"),
            Map.entry("executewranglingdataflow", "the Power Query engine of Data Factory"),
            Map.entry("datalakeanalyticsu-sql", "Azure Data Lake Analytics (retired by Microsoft in 2024)"),
            Map.entry("azuredataexplorercommand", "a cluster of Azure Data Explorer"),
            Map.entry("synapsenotebook", SYNAPSE_SPARK),
            Map.entry("sparkjob", SYNAPSE_SPARK),
            Map.entry(
                    "sqlpoolstoredprocedure",
                    "a dedicated SQL pool of Azure Synapse (SqlServerStoredProcedure with a linked service calls a procedure"
                            + " of any database)"),
            Map.entry("tridentnotebook", FABRIC),
            Map.entry("sparkjobdefinition", FABRIC),
            Map.entry("refreshdataflow", FABRIC),
            Map.entry("invokecopyjob", FABRIC),
            Map.entry(
                    "invokepipeline",
                    "the pipeline that it calls, which belongs to another workspace or factory (one of the same folder is"
                            + " called as by ExecutePipeline when the folder is run or deployed)"),
            Map.entry("pbisemanticmodelrefresh", FABRIC),
            Map.entry("office365email", FABRIC),
            Map.entry("office365outlook", FABRIC),
            Map.entry("teams", FABRIC),
            Map.entry("microsoftteams", FABRIC));

    private ForeignServices() {}

    /// What the activity needs; empty when its type is not one of these.
    static Optional<String> needed(Activity activity) {
        return Optional.ofNullable(NEEDS.get(activity.type().toLowerCase(Locale.ROOT)));
    }
}
