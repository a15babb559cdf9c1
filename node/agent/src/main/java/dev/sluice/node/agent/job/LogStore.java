package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.job.StorePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Where an activity's log goes: a linked service with files and a path in it. Where files lie in containers or
/// buckets, the path begins with one.
///
/// @param path of the folder below the root that the endpoint opens
record LogStore(Endpoint endpoint, String container, String path) {
    /// @param settings an object with `linkedServiceName` and `path`
    static LogStore of(JobDocuments documents, Settings settings) {
        Settings reference = settings.section("linkedServiceName");
        var service = documents.service(reference.requiredText("referenceName"));
        StorePath path = StorePath.of(service.type(), settings.text("path").orElse(""))
                .orElseThrow(() -> settings.missing("path"));
        return new LogStore(
                documents.files(Kind.SINK, service, "log of " + documents.spec().activityName(), path.location()),
                path.container(),
                path.path());
    }

    /// Writes a whole file; where it lies, container included.
    String write(Connectors connectors, JobDocuments documents, String name, String content) throws IOException {
        String file = path.isEmpty() ? name : path + "/" + name;
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        try (FileStore store = connectors.files(endpoint).open(endpoint, documents.context());
                FileOutput out = store.create(file)) {
            out.write(bytes, 0, bytes.length);
            out.finish();
            out.publish();
        }
        return container.isEmpty() ? file : container + "/" + file;
    }
}
