package dev.sluice.connectors.http;

import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Tables of web pages, by their place in the page (Data Factory's `Web`, `WebTable`).
public final class WebTableConnector implements TableConnector {
    private static final Duration TIMEOUT = Duration.ofSeconds(100);
    private static final int MOST_TABLES = 100_000;

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Web table",
            Set.of("Web"),
            Set.of("WebTable"),
            Set.of("WebSource"),
            Set.of(),
            Set.of(Capability.READ),
            List.of(
                    new FieldDescriptor("url", true, false, "https://HOST/PATH of the pages"),
                    new FieldDescriptor("authenticationType", false, false, "Anonymous (default) or Basic"),
                    new FieldDescriptor("username", false, false, "for Basic"),
                    new FieldDescriptor("password", false, true, "for Basic")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void test(Endpoint endpoint, JobContext job) throws IOException {
        Endpoint checked = checked(endpoint);
        try (HttpLine line = new HttpLine(RestService.of(checked), checked)) {
            line.knock(TIMEOUT);
        }
    }

    /// The linked service as a REST service has it, members by allow-list.
    private static Endpoint checked(Endpoint endpoint) {
        Settings given = endpoint.linkedService();
        String type = given.text("authenticationType").orElse("Anonymous");
        if (type.equalsIgnoreCase("ClientCertificate")) {
            throw DocumentFaults.SETTING_UNSUPPORTED
                    .problem()
                    .at(given.pointer() + "/authenticationType")
                    .evidence("member", "authenticationType")
                    .evidence("detail", "no client certificates are sent")
                    .evidence("advice", "use Anonymous or Basic")
                    .exception();
        }
        if (!type.equalsIgnoreCase("Anonymous") && !type.equalsIgnoreCase("Basic") && !type.isEmpty()) {
            throw given.wrong("authenticationType", type, "Anonymous or Basic");
        }
        for (String name : given.names()) {
            boolean known = name.equalsIgnoreCase("encryptedCredential")
                    || DESCRIPTOR.fields().stream().anyMatch(f -> f.name().equalsIgnoreCase(name));
            if (!known) {
                throw ConnectionFaults.SETTING_NOT_ALLOWED
                        .problem()
                        .at(given.pointer() + "/" + name)
                        .evidence("setting", name)
                        .evidence("store", endpoint.linkedServiceName())
                        .evidence("allowed", "url, authenticationType, username, password")
                        .exception();
            }
        }
        return endpoint;
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        Endpoint checked = checked(endpoint);
        Settings dataset = endpoint.dataset();
        int index = dataset.number("index", 0, MOST_TABLES)
                .orElseThrow(() -> dataset.missing("index"))
                .intValue();
        RestService service = RestService.of(checked);
        URI address = HttpLine.address(
                service.resource(dataset.text("path").map(String::strip).orElse("")), endpoint);
        try (HttpLine line = new HttpLine(service, checked)) {
            byte[] page;
            HttpResponse<InputStream> answer =
                    line.open(new Question("GET", address, Map.of("Accept", "text/html"), null), TIMEOUT);
            try (InputStream in = answer.body()) {
                page = in.readNBytes(HttpLine.LONGEST + 1);
            }
            if (page.length > HttpLine.LONGEST) {
                throw DocumentFaults.LIMIT_EXCEEDED
                        .problem()
                        .at(HttpLine.shown(address))
                        .evidence("what", "the size of a page")
                        .evidence("value", "more")
                        .evidence("limit", HttpLine.LONGEST)
                        .exception();
            }
            String type = answer.headers().firstValue("Content-Type").orElse("");
            HtmlTables tables = HtmlTables.of(page, type, HttpLine.shown(address));
            if (index >= tables.count()) {
                throw DataFaults.TABLE_MISSING
                        .problem()
                        .on(endpoint.side())
                        .evidence("table", index + " of " + HttpLine.shown(address) + ", which has " + tables.count())
                        .evidence("store", endpoint.linkedServiceName())
                        .evidence("user", service.login() instanceof RestService.Basic b ? b.user() : "anonymous")
                        .exception();
            }
            return new WebTableSource(tables.table(index), page.length, HttpLine.shown(address), index, job.memory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        throw DocumentFaults.SETTING_UNSUPPORTED
                .problem()
                .at(endpoint.activity().pointer())
                .evidence("member", "sink")
                .evidence("detail", "tables of web pages are only read")
                .evidence("advice", "write a file")
                .exception();
    }
}
