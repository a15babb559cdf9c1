package dev.sluice.node.agent;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.SsisBegin;
import dev.sluice.wire.SsisBegun;
import dev.sluice.wire.SsisPiece;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Fetches what a package of the SSIS catalog needs before its job runs: the execution's number, values of server and
/// environment, and the project's archive as a file of the job. The service is asked again while it is away.
final class CatalogProjects {
    private static final String KIND = "ExecuteSSISPackage";

    /// How often the service is asked for one thing: waiting in between takes about half a minute on average.
    static final int TRIES = 11;

    private final ServiceApi service;
    private final Supplier<Backoff> retries;

    CatalogProjects(ServiceApi service, Supplier<Backoff> retries) {
        this.service = service;
        this.retries = retries;
    }

    /// Whether a job runs a package of the catalog.
    static boolean concerns(JobSpec spec) {
        Place type = Place.root(spec.activity())
                .member("typeProperties")
                .member("packageLocation")
                .member("type");
        String word = type.json().asString("");
        return spec.kind().equalsIgnoreCase(KIND) && (word.isEmpty() || word.equalsIgnoreCase("SSISDB"));
    }

    /// What a job has got from the catalog.
    ///
    /// @param spec with a member `catalog` in the activity's type properties, for the worker
    record Fetched(long executionId, JobSpec spec) {}

    /// @param job that this node holds and that the service knows to be here
    /// @param folder of the job
    /// @throws ProblemException in the service's words, when the execution cannot begin
    Fetched fetch(JobRef job, JobSpec spec, Path folder) throws InterruptedException {
        SsisBegun begun = patiently(() -> service.begin(new SsisBegin(job)));
        Path archive = folder.resolve("catalog.ispac");
        long length = download(job, begun, archive);
        if (length != begun.bytes()) {
            throw SsisCatalogFaults.PIECES_LOST.with(
                    "project", begun.project(), "detail", length + " of " + begun.bytes() + " bytes");
        }
        ObjectNode activity = Json.object();
        spec.activity().properties().forEach(e -> activity.set(e.getKey(), e.getValue()));
        ObjectNode properties = Json.object();
        Place.root(spec.activity())
                .member("typeProperties")
                .members()
                .forEach((name, p) -> properties.set(name, p.json()));
        ObjectNode catalog = Json.object();
        catalog.put("executionId", begun.executionId());
        catalog.put("archive", archive.toString());
        catalog.put("packageName", begun.packageName());
        catalog.put("loggingLevel", begun.loggingLevel());
        catalog.set("values", begun.values() == null ? Json.object() : begun.values());
        properties.set("catalog", catalog);
        activity.set("typeProperties", properties);
        return new Fetched(begun.executionId(), spec.with(activity));
    }

    private long download(JobRef job, SsisBegun begun, Path archive) throws InterruptedException {
        long length = 0;
        try (OutputStream out = Files.newOutputStream(archive)) {
            for (int piece = 0; length < begun.bytes(); piece++) {
                SsisPiece asked = new SsisPiece(job, begun.executionId(), piece);
                byte[] bytes = patiently(() -> service.piece(asked));
                if (bytes.length == 0) {
                    return length;
                }
                out.write(bytes);
                length += bytes.length;
            }
            return length;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Asking<T> {
        T ask() throws InterruptedException;
    }

    private <T> T patiently(Asking<T> asking) throws InterruptedException {
        Backoff backoff = retries.get();
        while (true) {
            try {
                return asking.ask();
            } catch (ProblemException e) {
                if (backoff.failures() == TRIES - 1 || !e.problem().fault().retryable()) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(backoff.nextMillis());
            }
        }
    }
}
