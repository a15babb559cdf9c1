package dev.sluice.service.run;

import dev.sluice.model.Activity;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.job.StorePath;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Plans a copy whose source and sink are connected via different self-hosted runtimes: into files of the staging store
/// on a node of the source's runtime, from there into the sink on one of the sink's, and then away with them. Rows are
/// staged as Parquet, files that are not parsed as they are, in a folder of the attempt's own. Each job has only those
/// linked services in it that it needs: a node cannot open the secrets of the others.
final class BridgePlan {
    private static final int ROWS_PER_FILE = 1_000_000;
    private static final Set<String> STAGING = Set.of("enablestaging", "stagingsettings");
    private static final Set<String> LOGS =
            Set.of("logsettings", "logstoragesettings", "redirectincompatiblerowsettings");

    /// What is done on the first hop.
    private static final Set<String> DONE =
            Set.of("mappings", "columnmappings", "schemamapping", "collectionreference", "schema");

    private final Definitions definitions;
    private final Scopes scopes;
    private final JobSpec whole;
    private final Activity activity;
    private final Runtimes.Apart runtimes;
    private final Place settings;
    private final boolean binary;

    /// @param whole the activity's job as a single node would do it
    BridgePlan(Definitions definitions, Scopes scopes, JobSpec whole, Activity activity, Runtimes.Apart runtimes) {
        this.definitions = definitions;
        this.scopes = scopes;
        this.whole = whole;
        this.activity = activity;
        this.runtimes = runtimes;
        this.settings = activity.typeProperties().member("stagingSettings");
        this.binary = whole.inputs().getFirst().dataset().type().equalsIgnoreCase("Binary");
    }

    String sourceRuntime() {
        return runtimes.source();
    }

    /// Everything after the first hop.
    Bridge bridge() {
        return new Bridge(false, Json.object(), runtimes.sink(), fromStaging(), runtimes.source(), cleanUp());
    }

    /// The first hop.
    JobSpec intoStaging() {
        ObjectNode properties = without(STAGING, Set.of("sink", "preserve", "preserverules"), consistency());
        ObjectNode sink = properties.putObject("sink");
        sink.put("type", format() + "Sink");
        if (!binary && !isFiles(whole.outputs().getFirst())) {
            // For a table, so that several files can be written and read at once; files keep to their own.
            sink.putObject("formatSettings")
                    .put("type", "ParquetWriteSettings")
                    .put("maxRowsPerFile", ROWS_PER_FILE)
                    .put("fileNamePrefix", "staged");
        }
        JobPlan plan = new JobPlan(definitions, scopes);
        JobSpec.Endpoint from = plan.end(activity.inputs().getFirst());
        return plan.job(whole, whole.kind(), document(whole.kind(), properties), List.of(from), List.of(staged(plan)));
    }

    private JobSpec fromStaging() {
        ObjectNode properties = without(
                STAGING, Set.of("source", "translator", "skiperrorfile", "preserve", "preserverules"), consistency());
        ObjectNode source = properties.putObject("source");
        source.put("type", format() + "Source");
        source.putObject("storeSettings").put("recursive", true);
        ObjectNode conversion = Json.object();
        activity.typeProperties().member("translator").members().forEach((name, value) -> {
            if (!DONE.contains(lower(name))) {
                conversion.set(name, value.json());
            }
        });
        if (!conversion.isEmpty()) {
            properties.set("translator", conversion);
        }
        logsAside(properties);
        JobPlan plan = new JobPlan(definitions, scopes);
        JobSpec.Endpoint to = plan.end(activity.outputs().getFirst());
        return plan.job(whole, whole.kind(), document(whole.kind(), properties), List.of(staged(plan)), List.of(to));
    }

    private JobSpec cleanUp() {
        String kind = ActivityType.DELETE.word();
        ObjectNode properties = Json.object();
        properties.putObject("storeSettings").put("recursive", true);
        JobPlan plan = new JobPlan(definitions, scopes);
        return plan.job(whole, kind, document(kind, properties), List.of(staged(plan)), List.of());
    }

    private String format() {
        return binary ? "Binary" : "Parquet";
    }

    /// What was staged need not be read again to be compared: it is read next. Files that are not parsed
    /// are compared on both hops.
    private Set<String> consistency() {
        return binary ? Set.of() : Set.of("validatedataconsistency");
    }

    private static boolean isFiles(JobSpec.Endpoint end) {
        return Place.root(end.dataset().properties())
                .member("typeProperties")
                .member("location")
                .present();
    }

    private JobSpec.Endpoint staged(JobPlan plan) {
        Reference service = Reference.of(settings.member("linkedServiceName"));
        ObjectNode properties = Json.object();
        properties.put("type", format());
        ObjectNode members = properties.putObject("typeProperties");
        JobSpec.Endpoint end = plan.end("staging of " + activity.name(), properties, service);
        Place path = settings.member("path");
        StorePath root =
                StorePath.of(end.linkedService().type(), path.text().orElse("")).orElseThrow(path::missing);
        ObjectNode location = members.putObject("location");
        root.location().forEach((name, value) -> location.put(name, value.toString()));
        String own = "sluice-staging/" + whole.activityRunId();
        location.put("folderPath", root.path().isEmpty() ? own : root.path() + "/" + own);
        if (!binary) {
            boolean compress = settings.member("enableCompression").flag().orElse(false);
            members.put("compressionCodec", compress ? "zstd" : "none");
        }
        return end;
    }

    /// The second hop's logs lie in a folder of their own.
    private static void logsAside(ObjectNode properties) {
        for (String name : List.copyOf(properties.propertyNames())) {
            if (LOGS.contains(lower(name)) && properties.get(name) instanceof ObjectNode settings) {
                ObjectNode own = settings.deepCopy();
                ObjectNode place = own.get("logLocationSettings") instanceof ObjectNode inner ? inner : own;
                if (place.path("path").isString()) {
                    place.put("path", place.path("path").stringValue() + "/fromStaging");
                }
                properties.set(name, own);
            }
        }
    }

    @SafeVarargs
    private ObjectNode without(Set<String>... names) {
        ObjectNode rest = Json.object();
        activity.typeProperties().members().forEach((name, place) -> {
            boolean left = false;
            for (Set<String> some : names) {
                left |= some.contains(lower(name));
            }
            if (!left) {
                rest.set(name, place.json());
            }
        });
        return rest;
    }

    private ObjectNode document(String kind, JsonNode typeProperties) {
        ObjectNode json = Json.object();
        json.put("name", activity.name());
        json.put("type", kind);
        json.set("typeProperties", typeProperties);
        return json;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
