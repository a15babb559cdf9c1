package dev.sluice.node.agent.job;

import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.Connectors;
import dev.sluice.data.copy.files.ModifiedWindow;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileDetails;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.FolderEntry;
import dev.sluice.data.spi.Source;
import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A GetMetadata activity: the fields asked for, of a file, a folder or a table. What does not exist fails it, unless
/// `exists` is asked for, and is then all that is told.
final class MetadataJob {
    private static final Set<Fault> ABSENT =
            Set.of(DataFaults.FILE_MISSING, DataFaults.TABLE_MISSING, DataFaults.CONTAINER_MISSING);

    /// The fields, as Data Factory spells them.
    private enum Wanted {
        EXISTS("exists"),
        ITEM_NAME("itemName"),
        ITEM_TYPE("itemType"),
        SIZE("size"),
        CREATED("created"),
        LAST_MODIFIED("lastModified"),
        CHILD_ITEMS("childItems"),
        CONTENT_MD5("contentMD5"),
        STRUCTURE("structure"),
        COLUMN_COUNT("columnCount");

        private final String word;

        Wanted(String word) {
            this.word = word;
        }
    }

    private final Connectors connectors;
    private final JobDocuments documents;
    private final Endpoint endpoint;
    private final List<Wanted> fields;

    MetadataJob(Connectors connectors, JobDocuments documents) {
        this.connectors = connectors;
        this.documents = documents;
        this.endpoint = documents.endpoint(
                Kind.SOURCE,
                documents.only(documents.spec().inputs(), "typeProperties/dataset"),
                documents.properties());
        this.fields = fields();
    }

    private List<Wanted> fields() {
        List<Wanted> wanted = new ArrayList<>();
        for (Object item : documents.properties().list("fieldList")) {
            wanted.add(Arrays.stream(Wanted.values())
                    .filter(f -> f.word.equalsIgnoreCase(String.valueOf(item)))
                    .findFirst()
                    .orElseThrow(() -> documents
                            .properties()
                            .wrong(
                                    "fieldList",
                                    String.valueOf(item),
                                    "one of "
                                            + String.join(
                                                    ", ",
                                                    Arrays.stream(Wanted.values())
                                                            .map(f -> f.word)
                                                            .toList()))));
        }
        return wanted;
    }

    ObjectNode run() {
        Instant start = documents.conditions().clock().instant();
        ObjectNode output = Stoppable.run(documents, endpoint, open -> {
            try {
                return connectors.isFiles(endpoint) ? ofFiles(open) : ofTable(open);
            } catch (ProblemException e) {
                if (ABSENT.contains(e.problem().fault()) && fields.contains(Wanted.EXISTS)) {
                    return absent();
                }
                throw e;
            }
        });
        return JobOutput.completed(output, documents.conditions(), start, "PipelineActivity");
    }

    private static ObjectNode absent() {
        ObjectNode output = Json.object();
        output.put(Wanted.EXISTS.word, false);
        return output;
    }

    private ObjectNode ofTable(Stoppable open) {
        Source source = open.add(connectors.tables(endpoint).source(endpoint, documents.context()));
        ObjectNode output = Json.object();
        for (Wanted field : fields) {
            switch (field) {
                case EXISTS -> output.put(field.word, true);
                case STRUCTURE -> output.set(field.word, structure(source.schema()));
                case COLUMN_COUNT -> output.put(field.word, source.schema().size());
                case ITEM_NAME, ITEM_TYPE, SIZE, CREATED, LAST_MODIFIED, CHILD_ITEMS, CONTENT_MD5 ->
                    throw unsupported(field, "a table", "only exists, structure and columnCount do");
            }
        }
        return output;
    }

    private ObjectNode ofFiles(Stoppable open) throws IOException {
        FileStore store = open.add(connectors.files(endpoint).open(endpoint, documents.context()));
        FileSpot spot = FileSpot.of(endpoint);
        Optional<FileEntry> file = spot.findFile(store);
        if (file.isPresent()) {
            return ofFile(store, file.get());
        }
        Optional<FolderEntry> folder = spot.findFolder(store);
        if (folder.isPresent()) {
            return ofFolder(store, folder.get());
        }
        if (fields.contains(Wanted.EXISTS)) {
            return absent();
        }
        throw ActivityFaults.OBJECT_MISSING
                .problem()
                .on(Kind.SOURCE)
                .evidence("object", capital(spot.describe()))
                .evidence("dataset", endpoint.datasetName())
                .evidence("store", store.describe())
                .exception();
    }

    private static String capital(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private ObjectNode ofFile(FileStore store, FileEntry file) throws IOException {
        boolean asksMore = fields.contains(Wanted.CREATED) || fields.contains(Wanted.CONTENT_MD5);
        FileDetails details = asksMore ? store.details(file) : FileDetails.NONE;
        ObjectNode output = Json.object();
        for (Wanted field : fields) {
            switch (field) {
                case EXISTS -> output.put(field.word, true);
                case ITEM_NAME -> output.put(field.word, file.name());
                case ITEM_TYPE -> output.put(field.word, "File");
                case SIZE -> output.put(field.word, file.size());
                case CREATED -> output.put(field.word, time(known(field, details.created(), "a file")));
                case LAST_MODIFIED -> output.put(field.word, time(file.modified()));
                case CONTENT_MD5 -> output.put(field.word, details.contentMd5().orElse(null));
                case STRUCTURE -> output.set(field.word, structure(columns(store, file)));
                case COLUMN_COUNT -> output.put(field.word, columns(store, file).size());
                case CHILD_ITEMS -> throw unsupported(field, "a file", "the dataset must name a folder");
            }
        }
        return output;
    }

    private Schema columns(FileStore store, FileEntry file) throws IOException {
        if (Connectors.isBinary(endpoint)) {
            throw unsupported(Wanted.STRUCTURE, "a file of a Binary dataset", "its files are not parsed");
        }
        try (FileInput in = store.open(file)) {
            return connectors.format(endpoint).decoder(endpoint).schema(in);
        }
    }

    private ObjectNode ofFolder(FileStore store, FolderEntry folder) throws IOException {
        ObjectNode output = Json.object();
        for (Wanted field : fields) {
            switch (field) {
                case EXISTS -> output.put(field.word, true);
                case ITEM_NAME -> output.put(field.word, folder.path().isEmpty() ? rootName() : folder.name());
                case ITEM_TYPE -> output.put(field.word, "Folder");
                case CREATED -> output.put(field.word, time(known(field, folder.created(), "a folder")));
                case LAST_MODIFIED -> output.put(field.word, time(known(field, folder.modified(), "a folder")));
                case CHILD_ITEMS -> output.set(field.word, children(store, folder.path()));
                case SIZE, CONTENT_MD5, STRUCTURE, COLUMN_COUNT ->
                    throw unsupported(field, "a folder", "the dataset must name a file");
            }
        }
        return output;
    }

    /// The container or bucket, where the root is one.
    private String rootName() {
        return Stream.of("container", "fileSystem", "bucketName")
                .flatMap(member -> endpoint.location().text(member).stream())
                .findFirst()
                .orElse("");
    }

    /// Folders first, each by name; files only of the time that the store settings ask for.
    private ArrayNode children(FileStore store, String folder) throws IOException {
        ModifiedWindow window = ModifiedWindow.of(endpoint.storeSettings());
        ArrayNode children = Json.array();
        try (Stream<FolderEntry> folders = store.folders(folder)) {
            folders.map(FolderEntry::name).sorted().forEach(name -> child(children, name, "Folder"));
        }
        try (Stream<FileEntry> files = store.list(folder, false)) {
            files.filter(window::holds)
                    .sorted(Comparator.comparing(FileEntry::name))
                    .forEach(file -> child(children, file.name(), "File"));
        }
        return children;
    }

    /// Refuses a folder whose list would not fit into an output, before it fills the memory.
    private void child(ArrayNode children, String name, String type) {
        if ((long) children.size() * MIN_CHILD_BYTES > JobOutput.MOST_BYTES) {
            throw JobOutput.tooLarge(documents.spec().activityName());
        }
        children.addObject().put("name", name).put("type", type);
    }

    private static final int MIN_CHILD_BYTES = 25;

    private static ArrayNode structure(Schema schema) {
        ArrayNode structure = Json.array();
        for (Field field : schema.fields()) {
            structure
                    .addObject()
                    .put("name", field.name())
                    .put("type", field.type().interimName());
        }
        return structure;
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static Instant known(Wanted field, Optional<Instant> time, String object) {
        return time.orElseThrow(() -> unsupported(field, object, "the store does not keep it"));
    }

    private static ProblemException unsupported(Wanted field, String object, String detail) {
        return ActivityFaults.FIELD_UNSUPPORTED
                .problem()
                .evidence("field", field.word)
                .evidence("object", object)
                .evidence("detail", detail)
                .exception();
    }
}
