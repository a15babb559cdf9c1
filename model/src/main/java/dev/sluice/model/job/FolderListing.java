package dev.sluice.model.job;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a job of kind [#KIND] reports: the files of those buckets ([FolderDigest]) that are not as the job was told.
///
/// @param buckets by name; one whose files have all gone is empty
/// @param next the bucket to begin with next time, because not all that differ are here; empty when all are
/// @param files how many files were meant
/// @param whole whether the store shows a file only when all of it is there
public record FolderListing(Map<String, List<Entry>> buckets, String next, long files, boolean whole) {
    /// The kind of the job, which no activity has.
    public static final String KIND = "FolderListing";

    public FolderListing {
        buckets = Collections.unmodifiableMap(new LinkedHashMap<>(buckets));
    }

    /// A file.
    ///
    /// @param path from the root of the linked service, a container or bucket in front
    /// @param version changes when the content does
    public record Entry(String path, long size, Instant modified, String version) {}

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("files", files);
        json.put("whole", whole);
        json.put("next", next);
        ObjectNode all = json.putObject("buckets");
        buckets.forEach((name, entries) -> {
            ArrayNode list = all.putArray(name);
            for (Entry entry : entries) {
                list.addArray()
                        .add(entry.path())
                        .add(entry.size())
                        .add(entry.modified().toEpochMilli())
                        .add(entry.version());
            }
        });
        return json;
    }

    /// @throws dev.sluice.diagnosis.ProblemException located
    public static FolderListing fromJson(JsonNode node) {
        Place json = Place.root(node);
        Map<String, List<Entry>> buckets = new LinkedHashMap<>();
        json.member("buckets").members().forEach((name, entries) -> {
            List<Entry> read = new ArrayList<>();
            entries.items().forEach(entry -> read.add(entry(entry)));
            buckets.put(name, List.copyOf(read));
        });
        return new FolderListing(
                buckets,
                json.member("next").text().orElse(""),
                json.member("files").whole().orElse(0),
                json.member("whole").flag().orElse(false));
    }

    private static Entry entry(Place place) {
        List<Place> parts = place.items();
        if (parts.size() != 4) {
            throw place.invalid("path, size, time and version of a file");
        }
        return new Entry(
                parts.get(0).requiredText(),
                parts.get(1).whole().orElse(0),
                Instant.ofEpochMilli(parts.get(2).whole().orElse(0)),
                parts.get(3).requiredText());
    }
}
