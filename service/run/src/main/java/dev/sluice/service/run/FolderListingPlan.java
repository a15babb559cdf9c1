package dev.sluice.service.run;

import dev.sluice.model.Activity;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.FolderListing;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.job.QueueReading;
import dev.sluice.model.run.InvokedBy;
import dev.sluice.model.trigger.WatchedFolder;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// The job that lists the folder of a trigger, or reads the queue that tells of its files, and the runtime whose nodes
/// do it: that of the linked service.
///
/// @param runtime name of the integration runtime
public record FolderListingPlan(JobSpec spec, String runtime) {
    /// Plans a listing.
    ///
    /// @param owner by which the service knows its job again
    /// @param jobId the job's id
    /// @param trigger the trigger's name and type
    /// @param asked what the node is to be told besides the folder
    /// @throws dev.sluice.diagnosis.ProblemException when the linked service is missing
    ///     or its parameters do not fit
    public static FolderListingPlan of(
            Definitions definitions,
            String factory,
            String owner,
            String jobId,
            Document trigger,
            WatchedFolder folder,
            ObjectNode asked,
            Instant now) {
        ObjectNode json = Json.object();
        json.put("name", trigger.name());
        String kind = kind(folder);
        json.put("type", kind);
        json.set("linkedServiceName", folder.linkedService().place().json());
        ObjectNode properties = asked.deepCopy();
        if (folder.queued()) {
            properties.put("queueName", folder.queue());
        } else {
            properties.put("folderPath", folder.folder());
        }
        json.set("typeProperties", properties);
        Activity activity = Activity.of(Place.root(json));
        Scopes scopes = new Scopes(nothing(factory, owner, trigger, now), new Moment(now, 0), Json::object);
        JobSpec spec = new JobPlan(definitions, scopes).job(kind, factory, trigger.name(), owner, jobId, activity);
        return new FolderListingPlan(spec, new Runtimes(definitions).of(spec, activity));
    }

    /// The kind of the job: a folder is listed, or a queue is read that tells of its files.
    public static String kind(WatchedFolder folder) {
        return folder.queued() ? QueueReading.KIND : FolderListing.KIND;
    }

    /// A run of nothing: linked services may ask which run they are used in.
    private static RunState nothing(String factory, String owner, Document trigger, Instant now) {
        InvokedBy by = new InvokedBy(owner, trigger.name(), FolderListing.KIND, null, null);
        RunIdentity identity = new RunIdentity(factory, owner, owner, by, now, Json.object(), Map.of());
        ObjectNode json = Json.object();
        json.putObject("properties").putArray("activities");
        Document pipeline = Document.parse(DocumentKind.PIPELINE, "listing", Json.bytes(json));
        return switch (Decider.admit(new RunRequest(identity, pipeline, Json.object()), now)) {
            case Admission.Accepted(Decision accepted) -> accepted.state();
            case Admission.Refused refused -> throw new IllegalStateException("a pipeline of nothing was refused");
        };
    }
}
