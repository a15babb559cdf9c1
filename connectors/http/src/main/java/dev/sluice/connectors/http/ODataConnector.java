package dev.sluice.connectors.http;

import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.trees.Json;
import dev.sluice.data.trees.TreePath;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;

/// Data Factory's `OData`: sets of entities of services that speak OData 2 to 4, as rows. Columns and their types are
/// those of the service's `$metadata`; where it has none, or the rows are of no set, what a sample of the rows shows.
public final class ODataConnector implements TableConnector {
    private static final Duration TIMEOUT = Duration.ofMinutes(30);

    /// Answers of services without metadata.
    private static final Set<Integer> NO_METADATA = Set.of(404, 405, 406, 501);

    private static final Pattern OPTION = Pattern.compile("(?:^|[?&])\\$(select|expand|apply)=([^&]*)");

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "OData",
            Set.of("OData"),
            Set.of("ODataResource"),
            Set.of("ODataSource"),
            Set.of(),
            Set.of(Capability.READ),
            List.of(
                    new FieldDescriptor("url", true, false, "root of the service"),
                    new FieldDescriptor(
                            "authenticationType", false, false, "Anonymous (default), Basic or AadServicePrincipal"),
                    new FieldDescriptor("userName", false, false, "for Basic"),
                    new FieldDescriptor("password", false, true, "for Basic"),
                    new FieldDescriptor("authHeaders", false, true, "further headers, name and value"),
                    new FieldDescriptor("servicePrincipalId", false, false, "for AadServicePrincipal"),
                    new FieldDescriptor("servicePrincipalKey", false, true, "for AadServicePrincipal"),
                    new FieldDescriptor("aadServicePrincipalCredentialType", false, false, "only ServicePrincipalKey"),
                    new FieldDescriptor("tenant", false, false, "for AadServicePrincipal"),
                    new FieldDescriptor("aadResourceId", false, false, "for AadServicePrincipal"),
                    new FieldDescriptor("azureCloudType", false, false, "for AadServicePrincipal")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void test(Endpoint endpoint, JobContext job) throws IOException {
        RestService service = RestService.of(endpoint);
        try (HttpLine line = new HttpLine(service, endpoint)) {
            Question question = metadata(service, endpoint);
            Answer answer = line.ask(question, TIMEOUT);
            if (answer.status() < 200 || answer.status() > 299) {
                throw line.refused(answer, question.address());
            }
        }
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        RestService service = RestService.of(endpoint);
        HttpLine line = new HttpLine(service, endpoint);
        boolean open = false;
        try {
            String query = endpoint.activity().text("query").orElse("").strip();
            Source source = source(service, line, endpoint, query, job);
            open = true;
            return source;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!open) {
                line.close();
            }
        }
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        throw DocumentFaults.SETTING_UNSUPPORTED
                .problem()
                .at(endpoint.activity().pointer())
                .evidence("member", "sink")
                .evidence("detail", "OData services are only read, as by Data Factory")
                .evidence("advice", "write to the service by REST")
                .exception();
    }

    private static Question metadata(RestService service, Endpoint endpoint) {
        return new Question(
                "GET",
                HttpLine.address(service.resource("$metadata"), endpoint),
                Map.of("Accept", "application/xml"),
                null);
    }

    /// @param line closed with the source, by the caller when there is none
    static Source source(RestService service, HttpLine line, Endpoint endpoint, String query, JobContext job)
            throws IOException {
        Settings activity = endpoint.activity();
        Duration timeout = RequestSettings.time(activity, "httpRequestTimeout").orElse(TIMEOUT);
        Optional<ODataModel> model = model(service, line, endpoint, timeout);
        boolean older = model.isPresent() && model.get().isOlder();
        String path = endpoint.dataset().text("path").orElse("").strip();
        String address = address(service, path, query);
        RequestSettings request =
                new RequestSettings(address, "GET", headers(activity, older), "", timeout, Duration.ZERO);
        Endpoint paged = paged(endpoint, older ? "$.d.__next" : "$['@odata.nextLink']");
        Pages pages = new Pages(line, request, new Paging(paged, request), job.memory());
        boolean open = false;
        try {
            byte[] first = pages.page(0).map(Pages.Page::body).orElse(new byte[0]);
            List<TreeMapping.Column> columns = model.flatMap(m -> m.properties(set(path)))
                    .map(properties -> columns(properties, query))
                    .orElse(List.of());
            RestSource source = new RestSource(
                    pages,
                    new TreeMapping(collection(first, older, endpoint.dataset()), columns, true, false),
                    address);
            open = true;
            return source;
        } finally {
            if (!open) {
                pages.close();
            }
        }
    }

    private static Optional<ODataModel> model(RestService service, HttpLine line, Endpoint endpoint, Duration timeout)
            throws IOException {
        Question question = metadata(service, endpoint);
        Answer answer = line.ask(question, timeout);
        if (NO_METADATA.contains(answer.status())) {
            return Optional.empty();
        }
        if (answer.status() < 200 || answer.status() > 299) {
            throw line.refused(answer, question.address());
        }
        try {
            return Optional.of(ODataModel.of(answer.body()));
        } catch (XMLStreamException e) {
            throw DataFaults.MALFORMED_FILE
                    .problem()
                    .on(endpoint.side())
                    .evidence("path", HttpLine.shown(question.address()))
                    .evidence("format", "OData metadata")
                    .evidence("detail", e.getMessage())
                    .exception();
        }
    }

    /// The query is added as Data Factory does it: the path may have one already.
    private static String address(RestService service, String path, String query) {
        String resource = service.resource(path);
        if (query.isEmpty()) {
            return resource;
        }
        String options = query.startsWith("?") || query.startsWith("&") ? query.substring(1) : query;
        return resource + (resource.contains("?") ? "&" : "?") + options;
    }

    private static Map<String, String> headers(Settings activity, boolean older) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (older) {
            headers.put("Accept", "application/json;odata=verbose");
            headers.put("MaxDataServiceVersion", "3.0");
        } else {
            headers.put("OData-MaxVersion", "4.01");
        }
        Settings given = activity.section("additionalHeaders");
        given.names().forEach(name -> given.text(name).ifPresent(value -> headers.put(name, value)));
        return headers;
    }

    private static Endpoint paged(Endpoint e, String next) {
        return new Endpoint(
                e.side(),
                e.linkedServiceName(),
                e.linkedServiceType(),
                e.linkedService(),
                e.datasetName(),
                e.datasetType(),
                e.dataset(),
                new Settings(e.activity().pointer(), Map.of("paginationRules", Map.of("AbsoluteUrl", next))));
    }

    /// The set that a path leads to: its last part, when nothing is called or picked out there.
    private static String set(String path) {
        String plain = path.replaceAll("\\?.*$", "").replaceAll("/+$", "");
        String last = plain.substring(plain.lastIndexOf('/') + 1);
        return last.replaceAll("\\(.*$", "");
    }

    /// Those that `$select` leaves, and what `$expand` adds, as JSON. After `$apply` nothing is as the metadata says.
    private static List<TreeMapping.Column> columns(Map<String, DataType> properties, String query) {
        Set<String> selected = new LinkedHashSet<>();
        List<String> expanded = new ArrayList<>();
        Matcher m = OPTION.matcher(query);
        while (m.find()) {
            String value = m.group(2).replaceAll("\\([^)]*\\)", "");
            switch (m.group(1)) {
                case "apply" -> {
                    return List.of();
                }
                case "select" -> selected.addAll(names(value));
                default -> expanded.addAll(names(value));
            }
        }
        boolean all = selected.isEmpty()
                || selected.contains("*")
                || !properties.keySet().containsAll(selected);
        List<TreeMapping.Column> columns = new ArrayList<>();
        properties.forEach((name, type) -> {
            if (all || selected.contains(name)) {
                columns.add(new TreeMapping.Column(name, false, Optional.of(type)));
            }
        });
        for (String name : new LinkedHashSet<>(expanded)) {
            if (!properties.containsKey(name)) {
                columns.add(new TreeMapping.Column(name, false, Optional.of(DataType.STRING)));
            }
        }
        return columns;
    }

    private static List<String> names(String list) {
        return java.util.Arrays.stream(list.split(",", -1))
                .map(name -> name.strip().replaceAll("/.*$", ""))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /// Where the rows are in an answer; the answer itself is one where it is a single entity.
    private static String collection(byte[] body, boolean older, Settings dataset) {
        List<String> places = older ? List.of("$.d.results", "$.d") : List.of("$.value");
        Optional<String> array = places.stream()
                .filter(place -> body.length > 0
                        && Json.find(body, TreePath.of(place))
                                .filter(found -> found.startsWith("["))
                                .isPresent())
                .findFirst();
        if (array.isEmpty() && older && body.length > 0) {
            throw DocumentFaults.SETTING_UNSUPPORTED
                    .problem()
                    .at(dataset.pointer() + "/path")
                    .evidence("member", "path")
                    .evidence("detail", "it leads to a single entity of a service of OData 2 or 3")
                    .evidence("advice", "name the set, and the entity by $filter of the query")
                    .exception();
        }
        return array.orElse("");
    }
}
