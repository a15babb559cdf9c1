package dev.sluice.connectors.http;

import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A service of which a description file says how it is read by REST or OData, and how it is written
/// ([ServiceDescription]).
final class DescribedConnector implements TableConnector {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final ServiceDescription description;
    private final ConnectorDescriptor descriptor;

    DescribedConnector(ServiceDescription description) {
        this.description = description;
        Set<Capability> capabilities = EnumSet.of(Capability.READ);
        if (description.nested()) {
            capabilities.add(Capability.TREES);
        }
        if (description.writes().isPresent()) {
            capabilities.add(Capability.WRITE);
            capabilities.add(Capability.PARALLEL_WRITE);
        }
        this.descriptor = new ConnectorDescriptor(
                description.name(),
                description.linkedServices(),
                description.datasets(),
                description.sources(),
                description.sinks(),
                capabilities,
                description.fields());
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return descriptor;
    }

    @Override
    public void test(Endpoint endpoint, JobContext job) throws IOException {
        Members members = new Members(description, endpoint);
        RestService service = members.service(TIMEOUT);
        try (HttpLine line = new HttpLine(service, endpoint)) {
            line.knock(TIMEOUT);
        }
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        try {
            Members members = new Members(description, endpoint);
            members.refuse();
            Duration timeout = RequestSettings.time(endpoint.activity(), "httpRequestTimeout")
                    .orElse(TIMEOUT);
            RestService service = members.service(timeout);
            HttpLine line = new HttpLine(service, endpoint);
            boolean open = false;
            try {
                Source source = source(members, service, line, endpoint, timeout, job);
                open = true;
                return source;
            } finally {
                if (!open) {
                    line.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        ServiceDescription.Writes writes = description.writes().orElseThrow(() -> onlyRead(endpoint));
        try {
            Members members = new Members(description, endpoint);
            members.refuseConnection();
            RestService service = members.service(TIMEOUT);
            HttpLine line = new HttpLine(service, endpoint);
            boolean open = false;
            try {
                Written written = new Written(writes, members, service, line, endpoint, job, TIMEOUT);
                Sink sink = writes.by().equals("changesets") ? new ChangeSetSink(written) : new BulkJobSink(written);
                open = true;
                return sink;
            } finally {
                if (!open) {
                    line.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProblemException onlyRead(Endpoint endpoint) {
        return DocumentFaults.SETTING_UNSUPPORTED
                .problem()
                .at(endpoint.activity().pointer())
                .evidence("member", "sink")
                .evidence("detail", description.name() + " is only read")
                .evidence("advice", "write to the service by REST")
                .exception();
    }

    private Source source(
            Members members, RestService service, HttpLine line, Endpoint endpoint, Duration timeout, JobContext job)
            throws IOException {
        for (ServiceDescription.Lookup lookup : description.lookups()) {
            Object answer = asked(line, service, endpoint, members.address(lookup.url()), Map.of(), timeout);
            Object value = JsonTree.at(answer, lookup.value());
            if (value == null) {
                throw endpoint.dataset().wrong(lookup.member(), value, "one that " + description.name() + " knows");
            }
            members.put(lookup.member(), value.toString());
        }
        ServiceDescription.Request request = members.request();
        if (description.odata()) {
            return odata(members, request, service, line, endpoint, job);
        }
        DescribedColumns columns = new DescribedColumns(request, members.text(request.rows()));
        if (request.columns().isPresent()) {
            String address = members.address(request.columns().get().url());
            columns.read(asked(line, service, endpoint, address, request.headers(), timeout));
            members.put("columns", String.join(",", columns.names()));
        }
        RequestSettings settings = new RequestSettings(
                service.resource(members.address(request.url())), "GET", request.headers(), "", timeout, Duration.ZERO);
        Endpoint paged = with(endpoint, endpoint.dataset(), request.paging());
        Pages pages = new Pages(line, settings, new Paging(paged, settings), job.memory());
        boolean open = false;
        try {
            Source source = description.nested()
                    ? columns.trees(pages, endpoint.trees(), settings.address())
                    : columns.source(pages, settings.address());
            open = true;
            return source;
        } finally {
            if (!open) {
                pages.close();
            }
        }
    }

    private static Source odata(
            Members members,
            ServiceDescription.Request request,
            RestService service,
            HttpLine line,
            Endpoint endpoint,
            JobContext job)
            throws IOException {
        // A path may have a query of its own.
        String[] parts =
                members.address(request.url()).replaceFirst("\\?+$", "").split("\\?+", 2);
        Settings dataset = new Settings(endpoint.dataset().pointer(), Map.of("path", parts[0]));
        Endpoint told = with(endpoint, dataset, Settings.EMPTY);
        String query = parts.length == 2 ? parts[1].replaceAll("[?&]+", "&") : "";
        return ODataConnector.source(service, line, told, query, job);
    }

    /// The answer as a tree.
    static Object asked(
            HttpLine line,
            RestService service,
            Endpoint endpoint,
            String relative,
            Map<String, String> headers,
            Duration timeout)
            throws IOException {
        Question question = new Question("GET", HttpLine.address(service.resource(relative), endpoint), headers, null);
        Answer answer = line.ask(question, timeout);
        if (answer.status() != 200) {
            throw line.refused(answer, question.address());
        }
        Object tree = JsonTree.of(answer.body());
        return tree == null ? List.of() : tree;
    }

    private static Endpoint with(Endpoint e, Settings dataset, Settings paging) {
        Map<String, Settings> rules = paging.names().isEmpty() ? Map.of() : Map.of("paginationRules", paging);
        return new Endpoint(
                e.side(),
                e.linkedServiceName(),
                e.linkedServiceType(),
                e.linkedService(),
                e.datasetName(),
                e.datasetType(),
                dataset,
                activity(e.activity(), rules));
    }

    private static Settings activity(Settings activity, Map<String, Settings> sections) {
        Map<String, Object> members = new java.util.LinkedHashMap<>();
        activity.value("httpRequestTimeout").ifPresent(v -> members.put("httpRequestTimeout", v));
        sections.forEach((name, section) -> {
            Map<String, Object> inner = new java.util.LinkedHashMap<>();
            section.names().forEach(n -> section.value(n).ifPresent(v -> inner.put(n, v)));
            members.put(name, inner);
        });
        return new Settings(activity.pointer(), members);
    }
}
