package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.Calls.Scope;
import dev.sluice.data.remote.objects.RangedInput;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The one file that an address is, or files by their paths below it. A server that gives ranges is read by them;
/// an answer that comes only as a whole is kept in the job's scratch folder, so that its size is known and it can
/// be read from any position.
final class HttpFileStore implements FileStore {
    private static final Pattern RANGE = Pattern.compile("bytes \\d+-\\d+/(\\d+)");

    private final RestService service;
    private final Endpoint endpoint;
    private final HttpLine line;
    private final Calls calls;
    private final Scope scope;
    private final JobContext job;
    private final RequestSettings request;
    private final Map<String, Found> found = new ConcurrentHashMap<>();
    private final AtomicInteger kept = new AtomicInteger();

    /// What an address has answered.
    ///
    /// @param copy of the whole answer in the scratch folder; null where ranges are read
    /// @param tag a strong etag, in quotes; empty without
    private record Found(FileEntry entry, @Nullable Path copy, String tag) {}

    HttpFileStore(RestService service, Endpoint endpoint, HttpLine line, Calls calls, JobContext job) {
        this.service = service;
        this.endpoint = endpoint;
        this.line = line;
        this.calls = calls;
        this.scope = calls.scope();
        this.job = job;
        this.request = RequestSettings.ofFile(endpoint, service);
    }

    @Override
    public String describe() {
        return HttpLine.shown(base());
    }

    private URI base() {
        return HttpLine.address(request.address(), endpoint);
    }

    /// What the address itself is called: the last part of its path.
    private String ownName() {
        String path = base().getPath() == null ? "" : base().getPath();
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.isEmpty() ? "response" : name;
    }

    private URI address(String path) {
        URI base = base();
        if (path.equals(ownName())
                && endpoint.location().text("fileName").orElse("").isBlank()) {
            return base;
        }
        String text = base.toString();
        StringBuilder all = new StringBuilder(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        for (String part : path.split("/", -1)) {
            all.append('/').append(java.net.URLEncoder.encode(part, UTF_8).replace("+", "%20"));
        }
        return URI.create(all.toString());
    }

    private String inside(String path) {
        if (path.startsWith("/") || path.chars().anyMatch(c -> c < ' ')) {
            throw outside(path);
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                throw outside(path);
            }
        }
        return path;
    }

    private ProblemException outside(String path) {
        return DataFaults.PATH_OUTSIDE
                .problem()
                .evidence("path", path)
                .evidence("store", describe())
                .exception();
    }

    /// The root holds the address itself; other folders cannot be listed.
    @Override
    public Stream<FileEntry> list(String folder, boolean recursive) throws IOException {
        if (!inside(folder).isEmpty()) {
            throw missing(folder);
        }
        return Stream.of(asked(ownName()).entry());
    }

    private ProblemException missing(String path) {
        return DataFaults.FILE_MISSING
                .problem()
                .on(endpoint.side())
                .evidence("path", path)
                .evidence("store", describe())
                .exception();
    }

    @Override
    public Optional<FileEntry> find(String path) throws IOException {
        if (inside(path).isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(asked(path).entry());
        } catch (ProblemException e) {
            if (e.problem().fault() == DataFaults.FILE_MISSING) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Found asked(String path) throws IOException {
        Found known = found.get(path);
        if (known == null) {
            known = scope.run(this::named, () -> ask(path));
            found.put(path, known);
        }
        return known;
    }

    /// What [HttpLine] throws has its name already; anything else broke while the answer came.
    private ProblemException named(Exception e) {
        return e instanceof ProblemException known
                ? known
                : DataFaults.CONNECTION_CUT
                        .problem()
                        .evidence("store", service.name())
                        .evidence("path", describe())
                        .evidence("detail", String.valueOf(e.getMessage()))
                        .from(e)
                        .exception();
    }

    /// One byte is asked for: a server that gives ranges answers with it and with the size.
    private Found ask(String path) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>(request.headers());
        if (request.method().equals("GET")) {
            headers.put("Range", "bytes=0-0");
        }
        HttpResponse<InputStream> answer = line.open(question(address(path), headers), request.timeout());
        try (InputStream body = answer.body()) {
            String tag = answer.headers()
                    .firstValue("ETag")
                    .filter(t -> t.startsWith("\""))
                    .orElse("");
            Matcher range =
                    RANGE.matcher(answer.headers().firstValue("Content-Range").orElse(""));
            if (answer.statusCode() == 206 && range.matches()) {
                return new Found(entry(path, Long.parseLong(range.group(1)), answer.headers(), tag), null, tag);
            }
            if (answer.statusCode() == 416) {
                // An empty file has no first byte.
                return new Found(entry(path, 0, answer.headers(), tag), empty(), tag);
            }
            Path copy = job.scratch().resolve("http-" + kept.incrementAndGet());
            long size = Files.copy(body, copy);
            answer.headers().firstValueAsLong("Content-Length").ifPresent(told -> {
                if (told != size) {
                    throw DataFaults.CONNECTION_CUT
                            .problem()
                            .evidence("store", service.name())
                            .evidence("path", path)
                            .evidence("detail", size + " of " + told + " bytes came")
                            .exception();
                }
            });
            return new Found(entry(path, size, answer.headers(), tag), copy, tag);
        }
    }

    private HttpLine.Question question(URI address, Map<String, String> headers) {
        byte[] body = request.body().isEmpty() ? null : request.body().getBytes(UTF_8);
        return new HttpLine.Question(request.method(), address, headers, body);
    }

    private Path empty() throws IOException {
        return Files.createFile(job.scratch().resolve("http-" + kept.incrementAndGet()));
    }

    private FileEntry entry(String path, long size, HttpHeaders headers, String tag) {
        Instant modified = headers.firstValue("Last-Modified")
                .flatMap(HttpFileStore::time)
                .orElseGet(() -> job.clock().instant());
        String version = tag.isEmpty() ? headers.firstValue("Last-Modified").orElse("") + "-" + size : tag;
        return new FileEntry(path, size, modified, version);
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    @Override
    public FileInput open(FileEntry file) throws IOException {
        Found known = asked(inside(file.path()));
        Path copy = known.copy();
        return copy == null
                ? new RangedInput((within, f, at, into) -> read(within, known, at, into), file, calls, job.memory())
                : new ScratchInput(file, copy);
    }

    private void read(Scope within, Found known, long position, RangedInput.Range into) throws IOException {
        within.run(this::named, () -> {
            long from = position + into.arrived();
            Map<String, String> headers = new LinkedHashMap<>(request.headers());
            headers.put("Range", "bytes=" + from + "-" + (from + into.missing() - 1));
            if (!known.tag().isEmpty()) {
                headers.put("If-Range", known.tag());
            }
            HttpResponse<InputStream> answer =
                    line.open(question(address(known.entry().path()), headers), request.timeout());
            try (InputStream body = answer.body()) {
                Matcher range = RANGE.matcher(
                        answer.headers().firstValue("Content-Range").orElse(""));
                if (answer.statusCode() != 206
                        || !range.matches()
                        || Long.parseLong(range.group(1)) != known.entry().size()) {
                    throw DataFaults.FILE_CHANGED
                            .problem()
                            .on(endpoint.side())
                            .evidence("path", known.entry().path())
                            .evidence("store", describe())
                            .evidence("detail", "it is not what it was when the copy began")
                            .exception();
                }
                byte[] piece = new byte[64 << 10];
                for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
                    into.write(piece, 0, n);
                }
            }
            return into;
        });
    }

    @Override
    public FileOutput create(String path) {
        inside(path);
        throw readOnly();
    }

    @Override
    public void delete(String path) {
        inside(path);
        throw readOnly();
    }

    private ProblemException readOnly() {
        return ConnectionFaults.STORE_REFUSED
                .problem()
                .evidence("store", service.name())
                .evidence("status", "read only")
                .evidence("detail", "files can be read over HTTP, but not written or deleted")
                .exception();
    }

    @Override
    public void close() {
        scope.close();
        line.close();
    }
}
