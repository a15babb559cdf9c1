package dev.sluice.connectors.azure;

import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.ListBlobsOptions;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// One container. Requests that run beside the engine's threads (blocks up, blocks ahead) do so on virtual threads,
/// which end with the store.
final class BlobStore implements FileStore {
    private static final int PAGE = 5_000;

    private final BlobAccount account;
    private final String container;
    private final Optional<Long> blockBytes;
    private final JobContext job;
    private final BlobProblems problems;
    private final BlobContainerClient client;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

    BlobStore(BlobAccount account, String container, Optional<Long> blockBytes, JobContext job) {
        this.account = account;
        this.container = container;
        this.blockBytes = blockBytes;
        this.job = job;
        this.problems = new BlobProblems(account, container);
        this.client = BlobClients.container(account, container);
    }

    @Override
    public String describe() {
        return "container '" + container + "' of account " + account.account();
    }

    private String inside(String path) {
        for (String part : path.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                throw problems.outside(path);
            }
        }
        if (path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw problems.outside(path);
        }
        return path;
    }

    private BlobClient blob(String path) {
        return client.getBlobClient(inside(path));
    }

    @Override
    public Stream<FileEntry> list(String folder, boolean recursive) {
        String prefix = inside(folder).isEmpty() ? "" : folder + "/";
        ListBlobsOptions options = new ListBlobsOptions()
                .setPrefix(prefix)
                .setMaxResultsPerPage(PAGE)
                .setDetails(new BlobListDetails().setRetrieveMetadata(true));
        try {
            Iterator<BlobItem> items = (recursive
                            ? client.listBlobs(options, null)
                            : client.listBlobsByHierarchy("/", options, null))
                    .iterator();
            if (!items.hasNext() && !folder.isEmpty()) {
                throw problems.missing(folder);
            }
            return StreamSupport.stream(
                            Spliterators.spliteratorUnknownSize(named(items, folder), Spliterator.NONNULL), false)
                    .filter(BlobStore::isFile)
                    .map(BlobStore::entry);
        } catch (BlobStorageException e) {
            throw problems.named(e, folder, "list");
        } catch (dev.sluice.diagnosis.ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            throw problems.named(e, folder, "list");
        }
    }

    /// The iterator, with what goes wrong on a later page named too.
    private Iterator<BlobItem> named(Iterator<BlobItem> items, String folder) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                try {
                    return items.hasNext();
                } catch (RuntimeException e) {
                    throw problems.named(e, folder, "list");
                }
            }

            @Override
            public BlobItem next() {
                return items.next();
            }
        };
    }

    /// Accounts with a hierarchy list folders as empty blobs with a mark.
    private static boolean isFile(BlobItem item) {
        Map<String, String> metadata = item.getMetadata();
        boolean folder = metadata != null && "true".equalsIgnoreCase(metadata.get("hdi_isfolder"));
        return !folder
                && !Boolean.TRUE.equals(item.isPrefix())
                && !item.getName().endsWith("/");
    }

    private static FileEntry entry(BlobItem item) {
        return new FileEntry(
                item.getName(),
                item.getProperties().getContentLength(),
                item.getProperties().getLastModified().toInstant(),
                unquoted(item.getProperties().getETag()));
    }

    /// Listings give an etag without the quotes that headers have.
    private static String unquoted(String etag) {
        return etag.replace("\"", "");
    }

    @Override
    public Optional<FileEntry> find(String path) {
        try {
            if (inside(path).isEmpty()) {
                return Optional.empty();
            }
            BlobProperties p = blob(path).getProperties();
            boolean folder = "true".equalsIgnoreCase(p.getMetadata().get("hdi_isfolder"));
            return folder
                    ? Optional.empty()
                    : Optional.of(new FileEntry(
                            path, p.getBlobSize(), p.getLastModified().toInstant(), unquoted(p.getETag())));
        } catch (BlobStorageException e) {
            if (BlobProblems.isNotFound(e)) {
                return Optional.empty();
            }
            throw problems.named(e, path, "read");
        } catch (dev.sluice.diagnosis.ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            throw problems.named(e, path, "read");
        }
    }

    @Override
    public FileInput open(FileEntry file) {
        return new BlobInput(file, blob(file.path()), requests, job.memory(), problems);
    }

    @Override
    public FileOutput create(String path) {
        return new BlobOutput(path, blob(path).getBlockBlobClient(), requests, blockBytes, job, problems);
    }

    @Override
    public void delete(String path) {
        BlobClient blob = blob(path);
        try {
            blob.deleteIfExists();
        } catch (RuntimeException e) {
            throw problems.named(e, path, "delete");
        }
    }

    @Override
    public void close() {
        requests.shutdownNow();
    }
}
