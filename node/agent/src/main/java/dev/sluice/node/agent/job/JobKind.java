package dev.sluice.node.agent.job;

import dev.sluice.model.job.FolderListing;
import dev.sluice.model.job.QueueReading;
import java.util.Arrays;
import java.util.Optional;

/// The kinds of jobs this version can run; [JobRunner] has one branch for each.
public enum JobKind {
    /// Copy activity: data from a source to a sink.
    COPY("Copy"),
    /// Lookup activity: a few rows as the activity's output.
    LOOKUP("Lookup"),
    /// GetMetadata activity: what is known of a file, folder or table.
    GET_METADATA("GetMetadata"),
    /// Delete activity: files and folders removed.
    DELETE("Delete"),
    /// Validation activity: waits for data.
    VALIDATION("Validation"),
    /// Script activity: statements in a database.
    SCRIPT("Script"),
    /// Stored procedure activity.
    STORED_PROCEDURE("SqlServerStoredProcedure"),
    /// Web activity: a call of a web service.
    WEB("WebActivity"),
    /// The request of a WebHook activity.
    WEB_HOOK("WebHook"),
    /// Azure Function activity.
    AZURE_FUNCTION("AzureFunctionActivity"),
    /// Custom activity: a command on the node.
    CUSTOM("Custom"),
    /// A notebook on Databricks.
    DATABRICKS_NOTEBOOK("DatabricksNotebook"),
    /// A jar on Databricks.
    DATABRICKS_JAR("DatabricksSparkJar"),
    /// A Python file on Databricks.
    DATABRICKS_PYTHON("DatabricksSparkPython"),
    /// A Hive script on HDInsight.
    HDINSIGHT_HIVE("HDInsightHive"),
    /// A Pig script on HDInsight.
    HDINSIGHT_PIG("HDInsightPig"),
    /// A MapReduce program on HDInsight.
    HDINSIGHT_MAP_REDUCE("HDInsightMapReduce"),
    /// A streaming job on HDInsight.
    HDINSIGHT_STREAMING("HDInsightStreaming"),
    /// A Spark program on HDInsight.
    HDINSIGHT_SPARK("HDInsightSpark"),
    /// A batch of a web service of Machine Learning Studio.
    MACHINE_LEARNING_BATCH("AzureMLBatchExecution"),
    /// A trained model of a web service of Machine Learning Studio.
    MACHINE_LEARNING_UPDATE("AzureMLUpdateResource"),
    /// A published pipeline of Azure Machine Learning.
    MACHINE_LEARNING_PIPELINE("AzureMLExecutePipeline"),
    /// A package of SSIS.
    SSIS_PACKAGE("ExecuteSSISPackage"),
    /// Whether a linked service leads to its store.
    CONNECTION_TEST("ConnectionTest"),
    /// Whether a place still holds what a copy wrote there.
    VERIFY_COPY("VerifyCopy"),
    /// The files of a folder that a trigger watches.
    FOLDER_LISTING(FolderListing.KIND),
    /// The messages in which a store tells a trigger of its files.
    QUEUE_READING(QueueReading.KIND);

    private final String typeName;

    JobKind(String typeName) {
        this.typeName = typeName;
    }

    /// The activity's type as Data Factory spells it.
    public String typeName() {
        return typeName;
    }

    /// The kind of that name, in any case.
    public static Optional<JobKind> named(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.typeName.equalsIgnoreCase(name))
                .findFirst();
    }

    static String supported() {
        return String.join(", ", Arrays.stream(values()).map(JobKind::typeName).toList());
    }
}
