package dev.sluice.model.trigger;

import dev.sluice.model.Place;
import java.util.List;

/// Starts pipelines for every file that appears or changes in a folder: Data Factory's older trigger on files.
///
/// @param maxConcurrency most files whose runs are under way
public record BlobTrigger(List<TriggeredPipeline> pipelines, WatchedFolder watched, int maxConcurrency)
        implements EventTrigger {
    /// Most that may be asked for.
    public static final int MAX_CONCURRENCY = 1_000;

    public BlobTrigger {
        pipelines = List.copyOf(pipelines);
    }

    @Override
    public String type() {
        return "BlobTrigger";
    }

    static BlobTrigger of(Place properties) {
        Place own = properties.member("typeProperties");
        Place folder = own.member("folderPath");
        folder.requiredText();
        Place most = own.member("maxConcurrency");
        return new BlobTrigger(
                TriggeredPipeline.several(properties),
                WatchedFolder.of(own, "").orElseThrow(own.member("linkedService")::missing),
                (int) most.whole(1, MAX_CONCURRENCY).orElseThrow(most::missing));
    }
}
