package dev.sluice.connectors.azure;

import com.azure.core.http.rest.PagedIterable;
import com.azure.core.http.rest.PagedResponse;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.blob.BlobServiceVersion;
import com.azure.storage.blob.models.BlobErrorCode;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.DownloadRetryOptions;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.options.BlockBlobStageBlockOptions;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import dev.sluice.connectors.azure.AzureAccount.AccountKey;
import dev.sluice.connectors.azure.AzureAccount.Anonymous;
import dev.sluice.connectors.azure.AzureAccount.Identity;
import dev.sluice.connectors.azure.AzureAccount.Sas;
import dev.sluice.connectors.azure.BlobProblems.Doing;
import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.Calls.Scope;
import dev.sluice.data.remote.objects.RangedInput;
import dev.sluice.data.spi.FileAttributes;
import dev.sluice.data.spi.FileDetails;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// One container, request by request, as the service has them: the only class that speaks to the client library.
/// Requests go through a [Scope], which repeats and ends them.
final class BlobContainer {
    /// Old enough for emulators and Azure Stack; the first that has blocks of 4000 MiB is of 2019.
    private static final BlobServiceVersion VERSION = BlobServiceVersion.V2021_12_02;

    /// The client hands bodies to the socket in these pieces.
    private static final int PIECE = 128 << 10;

    /// As many as the service gives at once.
    static final int PAGE = 5_000;

    private final FutureTask<BlobContainerClient> client;
    private final BlobProblems problems;
    private final int pageSize;

    /// @param pageSize most blobs and folders listed by one request
    BlobContainer(AzureAccount account, String name, BlobProblems problems, int pageSize) {
        this.problems = problems;
        this.pageSize = pageSize;
        this.client = new FutureTask<>(() -> client(account, name));
        // The library takes about a second to get ready for the first time; the other store can be opened
        // meanwhile.
        Thread.ofPlatform().daemon().name("blob-client").start(client);
    }

    private static BlobContainerClient client(AzureAccount account, String name) {
        URI address = BlobTransport.readable(account.endpoint());
        BlobContainerClientBuilder b = new BlobContainerClientBuilder()
                .httpClient(BlobTransport.client())
                .endpoint(address.toString())
                .containerName(name)
                .serviceVersion(VERSION)
                // Repeating is Calls' business, which can be ended.
                .retryOptions(new RequestRetryOptions(RetryPolicyType.FIXED, 1, (Integer) null, null, null, null));
        if (!address.equals(account.endpoint())) {
            b.addPolicy(new BlobTransport.Named(account.host()));
        }
        return switch (account.credential()) {
            case AccountKey k ->
                b.credential(new StorageSharedKeyCredential(
                                account.name(), k.key().reveal()))
                        .buildClient();
            case Sas s -> b.sasToken(s.token().reveal()).buildClient();
            case Identity i ->
                b.setAnonymousAccess()
                        .addPolicy(new BlobTransport.Bearer(i.identity()))
                        .buildClient();
            case Anonymous _ -> b.setAnonymousAccess().buildClient();
        };
    }

    private BlobContainerClient client() throws InterruptedException, ExecutionException {
        return client.get();
    }

    String place() {
        return problems.place();
    }

    BlobProblems problems() {
        return problems;
    }

    /// What the service says of a blob; empty when there is none of that name.
    Optional<FileEntry> find(Scope scope, String path) throws IOException {
        try {
            BlobProperties p = scope.run(doing("read", path), () -> blob(path).getProperties());
            return isFolder(p.getMetadata())
                    ? Optional.empty()
                    : Optional.of(new FileEntry(
                            path, p.getBlobSize(), p.getLastModified().toInstant(), version(p.getETag())));
        } catch (ProblemException e) {
            if (e.problem().fault() == DataFaults.FILE_MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Whether there is a blob that stands for an empty folder, as accounts with folders of their own have them.
    boolean hasFolder(Scope scope, String path) throws IOException {
        try {
            BlobProperties p = scope.run(doing("list", path), () -> blob(path).getProperties());
            return isFolder(p.getMetadata());
        } catch (ProblemException e) {
            if (e.problem().fault() == DataFaults.FILE_MISSING) {
                return false;
            }
            throw e;
        }
    }

    /// What the service says of a blob besides; it is there.
    FileDetails details(Scope scope, String path) throws IOException {
        BlobProperties p = scope.run(doing("read", path), () -> blob(path).getProperties());
        byte[] md5 = p.getContentMd5();
        return new FileDetails(
                Optional.ofNullable(p.getCreationTime()).map(OffsetDateTime::toInstant),
                Optional.ofNullable(md5).map(Base64.getEncoder()::encodeToString));
    }

    /// What the owner has said of a blob; it is there.
    FileAttributes attributes(Scope scope, String path) throws IOException {
        BlobProperties p = scope.run(doing("read", path), () -> blob(path).getProperties());
        Map<String, String> headers = new HashMap<>();
        put(headers, FileAttributes.TYPE, p.getContentType());
        put(headers, FileAttributes.ENCODING, p.getContentEncoding());
        put(headers, FileAttributes.LANGUAGE, p.getContentLanguage());
        put(headers, FileAttributes.DISPOSITION, p.getContentDisposition());
        put(headers, FileAttributes.CACHING, p.getCacheControl());
        Map<String, String> metadata = p.getMetadata();
        return new FileAttributes(headers, metadata == null ? Map.of() : metadata, Optional.empty());
    }

    private static void put(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            headers.put(name, value);
        }
    }

    private static BlobHttpHeaders headers(FileAttributes attributes) {
        return new BlobHttpHeaders()
                .setContentType(attributes.header(FileAttributes.TYPE).orElse(null))
                .setContentEncoding(attributes.header(FileAttributes.ENCODING).orElse(null))
                .setContentLanguage(attributes.header(FileAttributes.LANGUAGE).orElse(null))
                .setContentDisposition(
                        attributes.header(FileAttributes.DISPOSITION).orElse(null))
                .setCacheControl(attributes.header(FileAttributes.CACHING).orElse(null));
    }

    /// A page of a listing.
    ///
    /// @param folders paths of the folders among what was found, whether they stand in names or for themselves
    /// @param next where the next page starts; empty after the last
    record Page(List<FileEntry> files, List<String> folders, Optional<String> next) {
        static final Page EMPTY = new Page(List.of(), List.of(), Optional.empty());

        boolean isEmpty() {
            return files.isEmpty() && folders.isEmpty();
        }
    }

    /// @param prefix `""` or a folder with a slash at the end
    Page page(Scope scope, String prefix, boolean recursive, @Nullable String from) throws IOException {
        ListBlobsOptions options = new ListBlobsOptions()
                .setPrefix(prefix)
                .setMaxResultsPerPage(pageSize)
                .setDetails(new BlobListDetails().setRetrieveMetadata(true));
        return scope.run(doing("list", prefix), () -> {
            PagedIterable<BlobItem> all =
                    recursive ? client().listBlobs(options, null) : client().listBlobsByHierarchy("/", options, null);
            Iterator<PagedResponse<BlobItem>> pages = all.iterableByPage(from).iterator();
            return pages.hasNext() ? page(pages.next()) : Page.EMPTY;
        });
    }

    private static Page page(PagedResponse<BlobItem> found) {
        List<FileEntry> files = new ArrayList<>(found.getValue().size());
        List<String> folders = new ArrayList<>();
        for (BlobItem item : found.getValue()) {
            boolean folder = Boolean.TRUE.equals(item.isPrefix())
                    || item.getName().endsWith("/")
                    || isFolder(item.getMetadata());
            if (folder) {
                String name = item.getName();
                folders.add(name.endsWith("/") ? name.substring(0, name.length() - 1) : name);
            } else {
                files.add(new FileEntry(
                        item.getName(),
                        item.getProperties().getContentLength(),
                        item.getProperties().getLastModified().toInstant(),
                        version(item.getProperties().getETag())));
            }
        }
        String next = found.getContinuationToken();
        return new Page(files, folders, Optional.ofNullable(next).filter(t -> !t.isEmpty()));
    }

    /// Reads a range of one version of a blob, which starts at the position. What has arrived when a connection
    /// breaks is not asked for again.
    void read(Scope scope, FileEntry file, long position, RangedInput.Range into) throws IOException {
        try {
            scope.run(doing("read", file.path()), () -> download(file, position, into));
        } catch (ProblemException e) {
            // A blob that is gone is a failed condition, too, for some services.
            if (e.problem().fault() == DataFaults.FILE_CHANGED
                    && find(scope, file.path()).isEmpty()) {
                throw problems.fileMissing(file.path());
            }
            throw e;
        }
    }

    private boolean download(FileEntry file, long position, RangedInput.Range into)
            throws InterruptedException, ExecutionException {
        BlobRequestConditions unchanged = new BlobRequestConditions().setIfMatch('"' + file.version() + '"');
        blob(file.path())
                .downloadStreamWithResponse(
                        into,
                        new BlobRange(position + into.arrived(), (long) into.missing()),
                        new DownloadRetryOptions().setMaxRetryRequests(0),
                        unchanged,
                        false,
                        null,
                        Context.NONE);
        return true;
    }

    void stage(Scope scope, String path, String id, byte[] bytes, int length) throws IOException {
        List<ByteBuffer> pieces = new ArrayList<>(length / PIECE + 1);
        for (int at = 0; at < length; at += PIECE) {
            pieces.add(ByteBuffer.wrap(bytes, at, Math.min(PIECE, length - at)).slice());
        }
        BinaryData body = BinaryData.fromListByteBuffer(pieces);
        scope.run(
                doing("write", path),
                () -> blob(path)
                        .getBlockBlobClient()
                        .stageBlockWithResponse(new BlockBlobStageBlockOptions(id, body), null, Context.NONE));
    }

    /// Makes the blocks a blob.
    ///
    /// @return whether there was none of that name before
    boolean commit(Scope scope, String path, List<String> ids, FileAttributes attributes) throws IOException {
        return commit(scope, path, ids, attributes, true) || !commit(scope, path, ids, attributes, false);
    }

    /// @param onlyNew nothing is done when there is a blob of that name
    /// @return whether it was done
    private boolean commit(Scope scope, String path, List<String> ids, FileAttributes attributes, boolean onlyNew)
            throws IOException {
        BlockBlobCommitBlockListOptions options = new BlockBlobCommitBlockListOptions(ids)
                .setMetadata(attributes.metadata().isEmpty() ? null : attributes.metadata());
        if (!attributes.headers().isEmpty()) {
            options.setHeaders(headers(attributes));
        }
        if (onlyNew) {
            options.setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*"));
        }
        return scope.run(doing("write", path), () -> {
            try {
                blob(path).getBlockBlobClient().commitBlockListWithResponse(options, null, Context.NONE);
                return true;
            } catch (BlobStorageException e) {
                if (onlyNew && isThere(e)) {
                    return false;
                }
                throw e;
            }
        });
    }

    private static boolean isThere(BlobStorageException e) {
        return BlobErrorCode.BLOB_ALREADY_EXISTS.equals(e.getErrorCode())
                || BlobErrorCode.CONDITION_NOT_MET.equals(e.getErrorCode());
    }

    void delete(Scope scope, String path) throws IOException {
        scope.run(doing("delete", path), () -> blob(path).deleteIfExists());
    }

    /// Removes the blob that stands for a folder: one with a mark, or one whose name ends in a slash. A blob that
    /// merely has the folder's name stays.
    void deleteMarker(Scope scope, String folder) throws IOException {
        delete(scope, folder + "/");
        if (hasFolder(scope, folder)) {
            scope.run(doing("delete", folder), () -> deleteIfEmpty(folder));
        }
    }

    /// Where folders are real, one with files in it stays.
    private boolean deleteIfEmpty(String folder) throws InterruptedException, ExecutionException {
        try {
            return blob(folder).deleteIfExists();
        } catch (BlobStorageException e) {
            if (String.valueOf(e.getErrorCode()).equals("DirectoryIsNotEmpty")) {
                return false;
            }
            throw e;
        }
    }

    /// Creates the container unless it is there.
    void create(Scope scope) throws IOException {
        scope.run(doing("create", ""), () -> client().createIfNotExists());
    }

    /// Says what it means when this fails.
    private Calls.Naming doing(String action, String path) {
        return e -> problems.named(e, new Doing(action, path));
    }

    private BlobClient blob(String path) throws InterruptedException, ExecutionException {
        return client().getBlobClient(path);
    }

    private static boolean isFolder(@Nullable Map<String, String> metadata) {
        return metadata != null
                && metadata.entrySet().stream()
                        .anyMatch(m -> m.getKey().equalsIgnoreCase("hdi_isfolder")
                                && m.getValue().equalsIgnoreCase("true"));
    }

    /// Listings give etags without quotes, answers with.
    private static String version(String etag) {
        return etag.startsWith("\"") && etag.endsWith("\"") && etag.length() > 1
                ? etag.substring(1, etag.length() - 1)
                : etag;
    }
}
