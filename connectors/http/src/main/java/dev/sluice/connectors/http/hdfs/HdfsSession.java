package dev.sluice.connectors.http.hdfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.remote.LoginRefusedException;
import dev.sluice.data.remote.RemoteItem;
import dev.sluice.data.remote.RemoteSession;
import dev.sluice.data.trees.Json;
import dev.sluice.data.trees.TreePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Calls of WebHDFS, one at a time. A session is no connection: it only knows what is under way.
final class HdfsSession implements RemoteSession {
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final int MOST_ANSWER = 64 << 20;
    private static final int PIPE = 1 << 20;
    private static final int MOST_DETAIL = 500;

    private final HttpClient client;
    private final URI base;
    private final String user;
    private volatile @Nullable Future<?> running;
    private volatile @Nullable InputStream reading;
    private volatile boolean closed;

    /// @param base up to `/webhdfs/v1`
    /// @param user who asks; empty for nobody
    HdfsSession(HttpClient client, URI base, String user) {
        this.client = client;
        this.base = base;
        this.user = user;
    }

    /// Finds out whether there is a file system that lets the user in.
    void hello() throws IOException {
        HttpResponse<InputStream> answer =
                send("GET", address("/", "GETFILESTATUS", ""), BodyPublishers.noBody(), true);
        try (InputStream body = answer.body()) {
            byte[] said = body.readNBytes(MOST_ANSWER);
            if (answer.statusCode() == 401) {
                throw new LoginRefusedException("the server answered 401", new IOException("status 401"));
            }
            boolean known = answer.statusCode() == 200
                    && Json.find(said, TreePath.of("$.FileStatus.type")).isPresent();
            if (!known && answer.statusCode() != 403) {
                throw new IOException("what answers there is no WebHDFS (status " + answer.statusCode() + ")");
            }
        } catch (JacksonException e) {
            throw new IOException("what answers there is no WebHDFS", e);
        }
    }

    private URI address(String path, String operation, String more) {
        StringBuilder out = new StringBuilder(base.toString());
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty()) {
                out.append('/').append(encoded(part));
            }
        }
        if (out.length() == base.toString().length()) {
            out.append('/');
        }
        out.append("?op=").append(operation).append(more);
        if (!user.isEmpty()) {
            out.append("&user.name=").append(encoded(user));
        }
        return URI.create(out.toString());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private HttpResponse<InputStream> send(String method, URI address, BodyPublisher body, boolean limited)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).method(method, body);
        if (limited) {
            request.timeout(ANSWER);
        }
        if (!method.equals("GET")) {
            request.header("Content-Type", "application/octet-stream");
        }
        if (closed) {
            throw new IOException("closed");
        }
        CompletableFuture<HttpResponse<InputStream>> future =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        running = future;
        try {
            return await(future);
        } finally {
            running = null;
        }
    }

    private static <T> T await(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (CancellationException e) {
            throw new IOException("closed", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof HttpTimeoutException) {
                SocketTimeoutException silent = new SocketTimeoutException(String.valueOf(cause.getMessage()));
                silent.initCause(cause);
                throw silent;
            }
            throw cause instanceof IOException io ? io : new IOException(cause);
        }
    }

    /// Asks the namenode; what is no success is thrown.
    private byte[] ask(String method, String path, String operation, String more) throws IOException {
        HttpResponse<InputStream> answer = send(method, address(path, operation, more), BodyPublishers.noBody(), true);
        try (InputStream body = answer.body()) {
            byte[] said = body.readNBytes(MOST_ANSWER + 1);
            if (said.length > MOST_ANSWER) {
                throw new FileSystemException(path, null, "the answer has more than " + MOST_ANSWER + " bytes");
            }
            if (answer.statusCode() != 200) {
                throw refused(answer.statusCode(), said, path);
            }
            return said;
        }
    }

    private static IOException refused(int status, byte[] said, String path) {
        String kind = said(said, "$.RemoteException.exception");
        String words =
                said(said, "$.RemoteException.message").lines().findFirst().orElse("");
        String detail = words.isEmpty() ? "status " + status : kind + ": " + words;
        String reason = detail.length() > MOST_DETAIL ? detail.substring(0, MOST_DETAIL) : detail;
        return switch (kind) {
            case "FileNotFoundException" -> new NoSuchFileException(path, null, reason);
            case "AccessControlException" -> new AccessDeniedException(path, null, reason);
            default ->
                status == 401 || status == 403 && kind.equals("SecurityException")
                        ? new AccessDeniedException(path, null, reason)
                        : new FileSystemException(path, null, reason);
        };
    }

    private static String said(byte[] body, String place) {
        try {
            return Json.find(body, TreePath.of(place)).orElse("");
        } catch (JacksonException noJson) {
            return "";
        }
    }

    private void agreed(byte[] answer, String path, String doing) throws IOException {
        if (!said(answer, "$.boolean").equals("true")) {
            throw new FileSystemException(path, null, "the server would not " + doing);
        }
    }

    @Override
    public List<RemoteItem> list(String folder) throws IOException {
        List<RemoteItem> items = items(ask("GET", folder, "LISTSTATUS", ""), folder);
        if (items.size() == 1 && items.getFirst().name().isEmpty()) {
            throw new NoSuchFileException(folder, null, "it is a file");
        }
        return items;
    }

    @Override
    public Optional<RemoteItem> find(String path) throws IOException {
        try {
            List<RemoteItem> one = items(ask("GET", path, "GETFILESTATUS", ""), path);
            String name = path.substring(path.lastIndexOf('/') + 1);
            return one.stream()
                    .findFirst()
                    .map(i -> new RemoteItem(name, i.folder(), i.size(), i.modified(), i.version()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Every object of an answer that has a type of its own: one, or a list of them.
    private static List<RemoteItem> items(byte[] answer, String path) throws IOException {
        List<RemoteItem> found = new ArrayList<>();
        try (JsonParser p = Json.parser(new ByteArrayInputStream(answer))) {
            String name = "";
            String type = "";
            long size = 0;
            long modified = 0;
            for (JsonToken t = p.nextToken(); t != null; t = p.nextToken()) {
                String member = t.isScalarValue() ? String.valueOf(p.currentName()) : "";
                switch (member) {
                    case "pathSuffix" -> name = p.getString();
                    case "type" -> type = p.getString();
                    case "length" -> size = p.getLongValue();
                    case "modificationTime" -> modified = p.getLongValue();
                    default -> {}
                }
                if (t == JsonToken.END_OBJECT && !type.isEmpty()) {
                    found.add(RemoteItem.of(name, type.equals("DIRECTORY"), size, Instant.ofEpochMilli(modified)));
                    name = "";
                    type = "";
                }
            }
        } catch (JacksonException e) {
            throw new FileSystemException(path, null, "the answer is no JSON: " + e.getOriginalMessage());
        }
        return found;
    }

    @Override
    public void makeFolder(String path) throws IOException {
        agreed(ask("PUT", path, "MKDIRS", ""), path, "make the folder");
    }

    @Override
    public void rename(String from, String to) throws IOException {
        agreed(ask("PUT", from, "RENAME", "&destination=" + encoded(to)), from, "rename it to " + to);
    }

    @Override
    public void delete(String path) throws IOException {
        ask("DELETE", path, "DELETE", "&recursive=false");
    }

    @Override
    public boolean deleteFolder(String path) throws IOException {
        try {
            ask("DELETE", path, "DELETE", "&recursive=false");
            return true;
        } catch (FileSystemException e) {
            if (String.valueOf(e.getReason()).contains("PathIsNotEmptyDirectoryException")
                    || String.valueOf(e.getReason()).contains("non empty")) {
                return false;
            }
            throw e;
        }
    }

    /// The namenode says which datanode has the bytes; a gateway gives them itself.
    @Override
    public InputStream read(String path, long position, long length) throws IOException {
        if (length == 0) {
            return InputStream.nullInputStream();
        }
        URI asked = address(path, "OPEN", "&offset=" + position + "&length=" + length);
        HttpResponse<InputStream> answer = send("GET", asked, BodyPublishers.noBody(), true);
        if (answer.statusCode() == 307) {
            answer.body().close();
            answer = send("GET", location(answer, asked), BodyPublishers.noBody(), true);
        }
        if (answer.statusCode() != 200) {
            try (InputStream body = answer.body()) {
                throw refused(answer.statusCode(), body.readNBytes(64 << 10), path);
            }
        }
        reading = answer.body();
        return answer.body();
    }

    private static URI location(HttpResponse<?> answer, URI asked) throws IOException {
        String where = answer.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IOException("a redirection without a place"));
        try {
            URI there = asked.resolve(where);
            if ("http".equals(there.getScheme()) || "https".equals(there.getScheme())) {
                return there;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a redirection to no address", e);
        }
        throw new IOException("a redirection to no address");
    }

    @Override
    public OutputStream write(String path) throws IOException {
        URI asked = address(path, "CREATE", "&overwrite=true");
        HttpResponse<InputStream> answer = send("PUT", asked, BodyPublishers.noBody(), true);
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 307) {
                throw refused(answer.statusCode(), body.readNBytes(64 << 10), path);
            }
        }
        return new Upload(path, location(answer, asked));
    }

    /// Bytes on their way to a datanode: what is written goes through a pipe into the body of one request.
    private final class Upload extends OutputStream {
        private final String path;
        private final PipedOutputStream pipe = new PipedOutputStream();
        private final CompletableFuture<HttpResponse<InputStream>> answer;
        private boolean ended;

        Upload(String path, URI datanode) throws IOException {
            this.path = path;
            PipedInputStream body = new PipedInputStream(pipe, PIPE);
            HttpRequest request = HttpRequest.newBuilder(datanode)
                    .header("Content-Type", "application/octet-stream")
                    .PUT(BodyPublishers.ofInputStream(() -> body))
                    .build();
            this.answer = client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
            // Nobody reads any more: a write that waits for room must not wait for ever.
            answer.whenComplete((a, e) -> closeQuietly(body));
            running = answer;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                pipe.write(bytes, offset, length);
            } catch (IOException e) {
                // The answer tells more than a broken pipe does.
                if (answer.isDone()) {
                    check();
                }
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            if (ended) {
                return;
            }
            ended = true;
            pipe.close();
            check();
        }

        private void check() throws IOException {
            HttpResponse<InputStream> said = await(answer);
            running = null;
            try (InputStream body = said.body()) {
                if (said.statusCode() != 201 && said.statusCode() != 200) {
                    throw refused(said.statusCode(), body.readNBytes(64 << 10), path);
                }
            }
        }
    }

    private static void closeQuietly(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            System.getLogger(HdfsSession.class.getName()).log(System.Logger.Level.DEBUG, "closing", e);
        }
    }

    @Override
    public boolean usable() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
        Future<?> call = running;
        if (call != null) {
            call.cancel(true);
        }
        InputStream in = reading;
        if (in != null) {
            closeQuietly(in);
        }
    }
}
