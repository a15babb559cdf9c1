package dev.sluice.connectors.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.remote.objects.Calls.Scope;
import dev.sluice.data.remote.objects.RangedInput;
import dev.sluice.data.spi.FileAttributes;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.outbound.WayOut;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One bucket, request by request, as the service has them. Requests go through a [Scope], which repeats and ends
/// them.
final class S3Bucket implements AutoCloseable {
    static final Duration CONNECT = Duration.ofSeconds(15);
    /// For a request with its body and its answer; a part of 8 MiB needs 28 KB/s.
    private static final Duration ANSWER = Duration.ofMinutes(5);

    private static final String METADATA = "x-amz-meta-";
    private static final List<String> HEADERS = List.of(
            FileAttributes.TYPE,
            FileAttributes.ENCODING,
            FileAttributes.LANGUAGE,
            FileAttributes.DISPOSITION,
            FileAttributes.CACHING);
    private static final int MOST_BODY = 64 << 20;

    private final HttpClient client;
    private final InstantSource clock;
    private final S3Problems problems;
    private final String bucket;
    private volatile S3Account account;

    S3Bucket(S3Account account, String bucket, S3Problems problems, InstantSource clock) {
        this.account = account;
        this.bucket = bucket;
        this.problems = problems;
        this.clock = clock;
        this.client = WayOut.clients()
                .connectTimeout(CONNECT)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    S3Problems problems() {
        return problems;
    }

    /// A request.
    private record Question(
            String method,
            String key,
            SortedMap<String, String> query,
            Map<String, String> headers,
            byte[] body,
            int length) {
        static Question of(String method, String key, Map<String, String> query) {
            return new Question(method, key, new TreeMap<>(query), Map.of(), new byte[0], 0);
        }

        Question with(Map<String, String> more) {
            return new Question(method, key, query, more, body, length);
        }

        Question with(byte[] bytes, int count) {
            return new Question(method, key, query, headers, bytes, count);
        }
    }

    private S3Answer ask(Scope scope, Question question, String action) throws IOException {
        return scope.run(e -> problems.named(e, action, question.key()), () -> good(question, null));
    }

    /// An answer that is a success. Amazon names another region when the bucket is there: then it is asked there.
    private S3Answer good(Question question, RangedInput.@Nullable Range into)
            throws IOException, InterruptedException {
        S3Answer answer = send(question, into);
        if (answer.isGood()) {
            return answer;
        }
        Optional<String> region = answer.header("x-amz-bucket-region").or(() -> answer.text("Region"));
        S3Account current = account;
        if (region.isPresent() && !region.get().equals(current.region()) && current.moves()) {
            account = current.in(region.get());
            S3Answer there = send(question, into);
            if (there.isGood()) {
                return there;
            }
            throw new S3Problems.Refused(there);
        }
        throw new S3Problems.Refused(answer);
    }

    private S3Answer send(Question q, RangedInput.@Nullable Range into) throws IOException, InterruptedException {
        S3Account here = account;
        String base = here.base(bucket);
        String address = base
                + (q.key().isEmpty() ? (URI.create(base).getRawPath().isEmpty() ? "/" : "") : "/")
                + Signature.escaped(q.key(), true);
        String query = Signature.query(q.query());
        URI uri = URI.create(query.isEmpty() ? address : address + "?" + query);
        // Encryption protects a body from being changed on the way; without it, the hash does.
        boolean encrypted = uri.getScheme().equalsIgnoreCase("https");
        String hash = encrypted && q.length() > 0 ? Signature.UNSIGNED : Signature.hash(q.body(), q.length());
        String host = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        new Signature(here, clock.instant())
                .headers(new Signature.Request(q.method(), host, uri.getRawPath(), q.query(), q.headers(), hash))
                .forEach(request::setHeader);
        boolean hasBody = q.method().equals("PUT") || q.method().equals("POST");
        request.method(
                q.method(), hasBody ? BodyPublishers.ofByteArray(q.body(), 0, q.length()) : BodyPublishers.noBody());
        return exchanged(request.build(), into);
    }

    private S3Answer exchanged(HttpRequest request, RangedInput.@Nullable Range into)
            throws IOException, InterruptedException {
        AtomicBoolean wanted = new AtomicBoolean(true);
        CompletableFuture<HttpResponse<byte[]>> coming = client.sendAsync(request, handler(into, wanted));
        try {
            HttpResponse<byte[]> response = coming.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
            return new S3Answer(response.statusCode(), response.headers(), response.body());
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no answer within " + ANSWER.toSeconds() + " s");
        } finally {
            // What still arrives after this must not get into a buffer that is somebody else's by then.
            synchronized (wanted) {
                wanted.set(false);
            }
            coming.cancel(true);
        }
    }

    private static BodyHandler<byte[]> handler(RangedInput.@Nullable Range into, AtomicBoolean wanted) {
        return info -> {
            if (into == null || info.statusCode() >= 300) {
                return BodySubscribers.limiting(BodySubscribers.ofByteArray(), MOST_BODY);
            }
            BodySubscriber<Void> filling = BodySubscribers.ofByteArrayConsumer(piece -> piece.ifPresent(bytes -> {
                synchronized (wanted) {
                    if (wanted.get()) {
                        fill(into, bytes);
                    }
                }
            }));
            return BodySubscribers.mapping(filling, done -> new byte[0]);
        };
    }

    private static void fill(RangedInput.Range into, byte[] bytes) {
        try {
            into.write(bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// What the service says of an object; empty when there is none of that name.
    Optional<FileEntry> find(Scope scope, String key) throws IOException {
        try {
            S3Answer answer = ask(scope, Question.of("HEAD", key, Map.of()), "read");
            return Optional.of(new FileEntry(
                    key,
                    answer.headers().firstValueAsLong("content-length").orElse(0),
                    answer.header("last-modified")
                            .map(t -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(t)))
                            .orElse(Instant.EPOCH),
                    version(answer.header("etag").orElse(""))));
        } catch (ProblemException e) {
            if (e.problem().fault() == DataFaults.FILE_MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// What the owner has said of an object; it is there.
    FileAttributes attributes(Scope scope, String key) throws IOException {
        S3Answer answer = ask(scope, Question.of("HEAD", key, Map.of()), "read");
        Map<String, String> headers = new TreeMap<>();
        for (String name : HEADERS) {
            answer.header(name).filter(v -> !v.isBlank()).ifPresent(v -> headers.put(name, v));
        }
        Map<String, String> metadata = new TreeMap<>();
        answer.headers().map().forEach((name, values) -> {
            if (name.regionMatches(true, 0, METADATA, 0, METADATA.length())) {
                metadata.put(name.substring(METADATA.length()).toLowerCase(Locale.ROOT), String.join(",", values));
            }
        });
        return new FileAttributes(headers, metadata, Optional.empty());
    }

    private static Map<String, String> headers(FileAttributes attributes) {
        Map<String, String> headers = new TreeMap<>();
        for (String name : HEADERS) {
            attributes.header(name).ifPresent(v -> headers.put(name.toLowerCase(Locale.ROOT), v));
        }
        attributes.metadata().forEach((name, v) -> headers.put(METADATA + name.toLowerCase(Locale.ROOT), v));
        return headers;
    }

    /// A page of a listing.
    ///
    /// @param folders with their paths, without a slash at the end
    /// @param next where the next page starts; empty after the last
    record Page(List<FileEntry> files, List<String> folders, Optional<String> next) {}

    /// @param prefix `""` or a folder with a slash at the end
    Page page(Scope scope, String prefix, boolean recursive, Optional<String> from, int most) throws IOException {
        Map<String, String> query = new TreeMap<>(
                Map.of("list-type", "2", "prefix", prefix, "max-keys", String.valueOf(most), "encoding-type", "url"));
        if (!recursive) {
            query.put("delimiter", "/");
        }
        from.ifPresent(token -> query.put("continuation-token", token));
        S3Answer answer =
                scope.run(e -> problems.named(e, "list", ""), () -> good(Question.of("GET", "", query), null));
        boolean escaped =
                answer.text("EncodingType").filter("url"::equalsIgnoreCase).isPresent();
        List<FileEntry> files = new ArrayList<>();
        List<String> folders = new ArrayList<>();
        for (Map<String, String> row : answer.rows("Contents")) {
            String key = plain(row.getOrDefault("Key", ""), escaped);
            if (key.endsWith("/")) {
                folders.add(key.substring(0, key.length() - 1));
            } else {
                files.add(new FileEntry(
                        key,
                        Long.parseLong(row.getOrDefault("Size", "0").strip()),
                        Instant.parse(row.getOrDefault("LastModified", Instant.EPOCH.toString())
                                .strip()),
                        version(row.getOrDefault("ETag", ""))));
            }
        }
        for (Map<String, String> row : answer.rows("CommonPrefixes")) {
            String folder = plain(row.getOrDefault("Prefix", ""), escaped);
            folders.add(folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder);
        }
        boolean more = answer.text("IsTruncated")
                .map(String::strip)
                .filter("true"::equals)
                .isPresent();
        return new Page(files, folders, more ? answer.text("NextContinuationToken") : Optional.empty());
    }

    private static String plain(String text, boolean escaped) {
        return escaped ? java.net.URLDecoder.decode(text, UTF_8) : text;
    }

    /// Answers of listings and of single objects write the etag with and without quotes.
    private static String version(String etag) {
        return etag.replace("\"", "").strip();
    }

    void read(Scope scope, FileEntry file, long position, RangedInput.Range into) throws IOException {
        scope.run(e -> problems.named(e, "read", file.path()), () -> {
            long from = position + into.arrived();
            Question question = Question.of("GET", file.path(), Map.of())
                    .with(Map.of(
                            "range", "bytes=" + from + "-" + (from + into.missing() - 1),
                            "if-match", "\"" + file.version() + "\""));
            S3Answer answer = good(question, into);
            String now = version(answer.header("etag").orElse(file.version()));
            if (!now.equals(file.version())) {
                throw problems.changed(file.path(), "its version is not the one that was listed");
            }
            return answer;
        });
    }

    String begin(Scope scope, String key, FileAttributes attributes) throws IOException {
        Question question = Question.of("POST", key, Map.of("uploads", "")).with(headers(attributes));
        return ask(scope, question, "write")
                .text("UploadId")
                .orElseThrow(() -> problems.transferFailed(key, "write", "the service gave no upload identity"));
    }

    /// @param number counted from 1
    /// @return the part's etag
    String send(Scope scope, String key, String upload, int number, byte[] bytes, int length) throws IOException {
        Question question = Question.of("PUT", key, Map.of("partNumber", String.valueOf(number), "uploadId", upload))
                .with(bytes, length);
        return ask(scope, question, "write").header("etag").orElse("");
    }

    /// The service may find out that it cannot after it has answered 200.
    void complete(Scope scope, String key, String upload, List<String> etags) throws IOException {
        StringBuilder xml = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < etags.size(); i++) {
            xml.append("<Part><PartNumber>")
                    .append(i + 1)
                    .append("</PartNumber><ETag>")
                    .append(etags.get(i).replace("&", "&amp;").replace("<", "&lt;"))
                    .append("</ETag></Part>");
        }
        byte[] body = xml.append("</CompleteMultipartUpload>").toString().getBytes(UTF_8);
        Question question = Question.of("POST", key, Map.of("uploadId", upload)).with(body, body.length);
        scope.run(e -> problems.named(e, "write", key), () -> {
            S3Answer answer = good(question, null);
            if (!answer.rows("Error").isEmpty()) {
                throw new S3Problems.Refused(answer);
            }
            return answer;
        });
    }

    void abort(Scope scope, String key, String upload) throws IOException {
        ask(scope, Question.of("DELETE", key, Map.of("uploadId", upload)), "delete");
    }

    void putEmpty(Scope scope, String key, FileAttributes attributes) throws IOException {
        ask(scope, Question.of("PUT", key, Map.of()).with(headers(attributes)), "write");
    }

    void delete(Scope scope, String key) throws IOException {
        ask(scope, Question.of("DELETE", key, Map.of()), "delete");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
