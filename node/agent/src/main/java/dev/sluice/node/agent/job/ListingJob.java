package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileStore;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.model.Place;
import dev.sluice.model.job.FolderDigest;
import dev.sluice.model.job.FolderListing;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.job.StorePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// Lists the folder of a trigger and tells the files of the buckets that are not as the service knows them, as many as
/// one report carries. A folder that does not exist is empty, if its root exists.
final class ListingJob {
    /// Most files of one folder.
    static final int MOST_FILES = 200_000;

    /// How much one report tells, about; at least one bucket.
    private static final int MOST_BYTES = 1 << 20;

    /// What an entry takes besides its texts.
    private static final int ENTRY_BYTES = 40;

    private final Connectors connectors;
    private final JobDocuments documents;
    private final Endpoint endpoint;
    private final StorePath folder;
    private final String begins;
    private final String ends;
    private final int mostFiles;
    private final int mostBytes;

    ListingJob(Connectors connectors, JobDocuments documents) {
        this(connectors, documents, MOST_FILES, MOST_BYTES);
    }

    ListingJob(Connectors connectors, JobDocuments documents, int mostFiles, int mostBytes) {
        this.connectors = connectors;
        this.documents = documents;
        this.mostFiles = mostFiles;
        this.mostBytes = mostBytes;
        JobSpec.Resource service = documents.service();
        Place folderPath = documents.json().member("folderPath");
        this.folder =
                StorePath.of(service.type(), folderPath.json().asString("")).orElseThrow(folderPath::missing);
        this.endpoint = documents.files(
                Kind.SOURCE, service, "folder of trigger " + documents.spec().activityName(), folder.location());
        this.begins = text("pathBeginsWith");
        this.ends = text("pathEndsWith");
    }

    private String text(String member) {
        return documents.json().member(member).json().asString("").toLowerCase(Locale.ROOT);
    }

    ObjectNode run() {
        return Stoppable.run(documents, endpoint, open -> {
            FileConnector connector = connectors.files(endpoint);
            FileStore store = open.add(connector.open(endpoint, documents.context()));
            boolean whole = connector.descriptor().capabilities().contains(Capability.WHOLE_FILES);
            return told(files(store), whole).toJson();
        });
    }

    /// The files that the trigger means, by bucket.
    private Map<String, List<FolderListing.Entry>> files(FileStore store) throws IOException {
        Map<String, List<FolderListing.Entry>> buckets = new HashMap<>();
        int count = 0;
        try (Stream<FileEntry> listed = list(store)) {
            Iterator<FileEntry> files = listed.iterator();
            while (files.hasNext()) {
                FileEntry file = files.next();
                String path = folder.whole(file.path());
                if (!isMeant(path)) {
                    continue;
                }
                count++;
                if (count > mostFiles) {
                    throw TriggerFaults.LISTING_TOO_LARGE
                            .problem()
                            .evidence("limit", mostFiles)
                            .evidence("store", store.describe())
                            .exception();
                }
                buckets.computeIfAbsent(FolderDigest.bucket(FolderDigest.key(path)), b -> new ArrayList<>())
                        .add(new FolderListing.Entry(path, file.size(), file.modified(), file.version()));
            }
        }
        return buckets;
    }

    private Stream<FileEntry> list(FileStore store) throws IOException {
        try {
            return store.list(folder.path(), true);
        } catch (ProblemException e) {
            boolean missing = e.problem().fault() == DataFaults.FILE_MISSING
                    && !folder.path().isEmpty();
            if (missing && store.findFolder("").isPresent()) {
                return Stream.empty();
            }
            throw e;
        }
    }

    /// Without regard to case, as Event Grid compares.
    private boolean isMeant(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return lower.startsWith(begins) && lower.endsWith(ends);
    }

    /// Begins with the bucket that the service names and goes round, so that none waits for ever.
    private FolderListing told(Map<String, List<FolderListing.Entry>> buckets, boolean whole) {
        Map<String, String> known = new TreeMap<>();
        documents.json().member("buckets").members().forEach((name, digest) -> known.put(name, digest.requiredText()));
        int from = Integer.parseInt(documents.json().member("from").text().orElse("00"), 16);
        Map<String, List<FolderListing.Entry>> told = new LinkedHashMap<>();
        long bytes = 0;
        String next = "";
        for (int i = 0; i < FolderDigest.BUCKETS; i++) {
            String bucket = FolderDigest.bucket((from + i) % FolderDigest.BUCKETS);
            List<FolderListing.Entry> entries = buckets.getOrDefault(bucket, List.of());
            if (digest(entries).equals(known.getOrDefault(bucket, ""))) {
                continue;
            }
            long size = entries.stream()
                    .mapToLong(
                            e -> ENTRY_BYTES + e.path().length() + e.version().length())
                    .sum();
            if (!told.isEmpty() && bytes + size > mostBytes) {
                next = bucket;
                break;
            }
            bytes += size;
            told.put(
                    bucket,
                    entries.stream()
                            .sorted(Comparator.comparing(FolderListing.Entry::path))
                            .toList());
        }
        return new FolderListing(
                told, next, buckets.values().stream().mapToLong(List::size).sum(), whole);
    }

    private static String digest(List<FolderListing.Entry> entries) {
        FolderDigest digest = new FolderDigest();
        entries.forEach(e -> digest.add(e.path(), e.version()));
        return digest.text();
    }
}
