package dev.sluice.service.run;

import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Activity;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/// The types of activities that can be executed.
enum ActivityType {
    COPY("Copy"),
    LOOKUP("Lookup"),
    GET_METADATA("GetMetadata"),
    DELETE("Delete"),
    VALIDATION("Validation"),
    SCRIPT("Script"),
    STORED_PROCEDURE("SqlServerStoredProcedure"),
    WEB("WebActivity"),
    WEB_HOOK("WebHook"),
    AZURE_FUNCTION("AzureFunctionActivity"),
    CUSTOM("Custom"),
    SSIS_PACKAGE("ExecuteSSISPackage"),
    DATABRICKS_NOTEBOOK("DatabricksNotebook"),
    DATABRICKS_JAR("DatabricksSparkJar"),
    DATABRICKS_PYTHON("DatabricksSparkPython"),
    HDINSIGHT_HIVE("HDInsightHive"),
    HDINSIGHT_PIG("HDInsightPig"),
    HDINSIGHT_MAP_REDUCE("HDInsightMapReduce"),
    HDINSIGHT_STREAMING("HDInsightStreaming"),
    HDINSIGHT_SPARK("HDInsightSpark"),
    MACHINE_LEARNING_BATCH("AzureMLBatchExecution"),
    MACHINE_LEARNING_UPDATE("AzureMLUpdateResource"),
    MACHINE_LEARNING_PIPELINE("AzureMLExecutePipeline"),
    CONNECTION_TEST("ConnectionTest"),
    VERIFY_COPY("VerifyCopy"),
    WAIT("Wait"),
    SET_VARIABLE("SetVariable"),
    APPEND_VARIABLE("AppendVariable"),
    FAIL("Fail"),
    FILTER("Filter", "items"),
    IF_CONDITION("IfCondition", "expression"),
    SWITCH("Switch", "on"),
    FOR_EACH("ForEach", "items", "isSequential", "batchCount"),
    UNTIL("Until", "timeout"),
    EXECUTE_PIPELINE("ExecutePipeline");

    private final String word;
    private final Set<String> early;

    /// @param early the type properties that are evaluated when the activity starts; none means all of them
    ActivityType(String word, String... early) {
        this.word = word;
        this.early = Arrays.stream(early)
                .map(member -> member.toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /// As Data Factory spells it; also the kind of the job, where there is one.
    String word() {
        return word;
    }

    /// Whether a type property is evaluated when the activity starts: lists of activities and the conditions of loops
    /// and filters are not.
    boolean early(String member) {
        return early.isEmpty() || early.contains(member.toLowerCase(java.util.Locale.ROOT));
    }

    /// Whether the activity decides about others and has no policy of its own.
    boolean control() {
        return !early.isEmpty();
    }

    /// The type of an activity; a located problem when it cannot be executed.
    static ActivityType of(Activity activity) {
        return Arrays.stream(values())
                .filter(type -> activity.is(type.word))
                .findFirst()
                .orElseThrow(() -> unknown(activity));
    }

    private static ProblemException unknown(Activity activity) {
        String place = activity.place().pointer() + "/type";
        return ForeignServices.needed(activity)
                .map(needs -> ActivityFaults.SERVICE_NEEDED
                        .problem()
                        .at(place)
                        .evidence("activity", activity.name())
                        .evidence("type", activity.type())
                        .evidence("needs", needs)
                        .exception())
                .orElseGet(() -> DocumentFaults.TYPE_UNKNOWN
                        .problem()
                        .at(place)
                        .evidence("object", "activity")
                        .evidence("type", activity.type())
                        .evidence(
                                "supported",
                                Arrays.stream(values()).map(t -> t.word).collect(Collectors.joining(", ")))
                        .exception());
    }
}
