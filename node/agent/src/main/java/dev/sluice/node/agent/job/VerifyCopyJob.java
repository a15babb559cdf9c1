package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.copy.Verification;
import dev.sluice.data.copy.manifest.Contents;
import dev.sluice.data.copy.manifest.Manifest;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import java.io.IOException;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A VerifyCopy activity (ours): reads what a copy wrote, from `dataset`, and compares it with the manifest that the
/// copy kept, in `manifestLocation` (`linkedServiceName`, and `path` of the file). Differences fail it, unless
/// `failOnDifference` is false.
///
/// The file is one that [KeptManifest] wrote, a bare manifest, the output of a copy, or a run with its activity runs
/// as `sluice run -o json` prints it, of which `activity` names the copy.
final class VerifyCopyJob {
    private final Connectors connectors;
    private final JobDocuments documents;
    private final Settings properties;

    VerifyCopyJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
        this.properties = documents.properties();
    }

    ObjectNode run() {
        Instant start = documents.conditions().clock().instant();
        JobSpec spec = documents.spec();
        Endpoint sink = documents.endpoint(Kind.SINK, documents.only(spec.inputs(), "dataset"), Settings.EMPTY);
        LogStore place = LogStore.of(documents, properties.section("manifestLocation"));
        Contents expected = Stoppable.run(documents, place.endpoint(), open -> contents(open, place));
        Verification.Verified verified = Stoppable.run(
                documents, sink, open -> Verification.run(sink, expected, connectors, documents.context()));
        if (!verified.differences().isEmpty() && properties.flag("failOnDifference", true)) {
            throw different(sink, verified);
        }
        return JobOutput.completed(told(verified, expected), documents.conditions(), start, "DataMovement");
    }

    private Contents contents(Stoppable open, LogStore place) throws IOException {
        FileStore store = open.add(connectors.files(place.endpoint()).open(place.endpoint(), documents.context()));
        FileEntry file = store.find(place.path())
                .orElseThrow(() -> DataFaults.FILE_MISSING
                        .problem()
                        .evidence("path", place.path())
                        .evidence("store", store.describe())
                        .exception());
        if (file.size() > KeptManifest.MOST_BYTES + 1L) {
            throw unusable(place, store, "it has " + file.size() + " bytes");
        }
        byte[] bytes = new byte[(int) file.size()];
        FileInput in = open.add(store.open(file));
        in.read(0, bytes, 0, bytes.length);
        ObjectNode manifest = manifest(json(place, store, bytes), place, store);
        return Manifest.sink(JobSettings.ofData(place.path(), manifest));
    }

    private static ObjectNode json(LogStore place, FileStore store, byte[] bytes) {
        try {
            return Json.parseObject(bytes);
        } catch (ProblemException e) {
            throw unusable(place, store, e.problem().message());
        }
    }

    private ObjectNode manifest(ObjectNode file, LogStore place, FileStore store) {
        String wanted = properties.text("activity").orElse("");
        ObjectNode found = null;
        for (JsonNode run : file.path("activityRuns")) {
            boolean named = wanted.isEmpty()
                    || wanted.equalsIgnoreCase(run.path("activityName").asString(""));
            if (named && run.path("output").path("manifest") instanceof ObjectNode manifest) {
                if (found != null) {
                    throw unusable(place, store, "it tells of several copies, of which 'activity' names none alone");
                }
                found = manifest;
            }
        }
        if (found == null && file.path("manifest") instanceof ObjectNode manifest) {
            found = manifest;
        }
        if (found == null && file.path("output").path("manifest") instanceof ObjectNode manifest) {
            found = manifest;
        }
        ObjectNode manifest = found == null ? file : found;
        if (!manifest.path("sink").isObject()) {
            throw unusable(place, store, "it has no member 'sink'");
        }
        if (manifest.path("sink").path("columns").isEmpty()) {
            throw unusable(place, store, "it has no sums of columns: the copy had manifest set to counts");
        }
        return manifest;
    }

    private static ProblemException unusable(LogStore place, FileStore store, String detail) {
        return DataFaults.MANIFEST_UNUSABLE
                .problem()
                .evidence("path", place.path())
                .evidence("store", store.describe())
                .evidence("detail", detail)
                .exception();
    }

    private static ProblemException different(Endpoint sink, Verification.Verified verified) {
        return DataFaults.NOT_AS_WRITTEN
                .problem()
                .evidence("store", sink.datasetName())
                .evidence("count", verified.differences().size())
                .evidence("detail", words(verified.differences().getFirst()))
                .exception();
    }

    private static String words(Verification.Difference d) {
        return d.chunk() + (d.column().isEmpty() ? "" : ", column " + d.column()) + ": " + d.detail();
    }

    private static ObjectNode told(Verification.Verified verified, Contents expected) {
        ObjectNode output = Json.object();
        output.put("verificationResult", verified.differences().isEmpty() ? "Verified" : "Different");
        if (!expected.binary()) {
            output.put("rowsWritten", expected.rows());
            output.put("rowsRead", verified.rows());
        }
        if (verified.files() > 0) {
            output.put("filesRead", verified.files());
        }
        ArrayNode differences = output.putArray("differences");
        verified.differences()
                .forEach(d -> differences
                        .addObject()
                        .put("chunk", d.chunk())
                        .put("column", d.column())
                        .put("detail", d.detail()));
        return output;
    }
}
