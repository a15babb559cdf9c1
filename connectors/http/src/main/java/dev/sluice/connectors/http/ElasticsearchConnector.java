package dev.sluice.connectors.http;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Indices of Elasticsearch and OpenSearch, read by searches and written by their bulk API. Types of ours: Data Factory
/// has no such store.
public final class ElasticsearchConnector implements TableConnector {
    private static final Duration TIMEOUT = Duration.ofSeconds(100);

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Elasticsearch",
            Set.of("Elasticsearch"),
            Set.of("ElasticsearchIndex"),
            Set.of("ElasticsearchSource"),
            Set.of("ElasticsearchSink"),
            Set.of(Capability.READ, Capability.WRITE, Capability.TREES),
            List.of(
                    new FieldDescriptor("url", true, false, "https://HOST:9200"),
                    new FieldDescriptor("authenticationType", false, false, "Anonymous (default) or Basic"),
                    new FieldDescriptor("userName", false, false, "for Basic"),
                    new FieldDescriptor("password", false, true, "for Basic"),
                    new FieldDescriptor("authHeaders", false, true, "further headers: Authorization with an API key"),
                    new FieldDescriptor(
                            "enableServerCertificateValidation", false, false, "true; false trusts any certificate")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void test(Endpoint endpoint, JobContext job) throws IOException {
        HttpLine.test(endpoint);
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        Duration timeout =
                RequestSettings.time(endpoint.activity(), "httpRequestTimeout").orElse(TIMEOUT);
        HttpLine line = new HttpLine(RestService.of(endpoint), endpoint);
        boolean open = false;
        try {
            String index = endpoint.dataset().requiredText("index");
            Source source =
                    new RestSource(new SearchPages(endpoint, line, timeout, job), endpoint.trees(), "index " + index);
            open = true;
            return source;
        } finally {
            if (!open) {
                line.close();
            }
        }
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        return new ElasticsearchSink(endpoint, job);
    }
}
