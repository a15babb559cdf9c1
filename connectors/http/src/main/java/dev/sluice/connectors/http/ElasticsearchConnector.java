package dev.sluice.connectors.http;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.diagnosis.DocumentFaults;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Indices of Elasticsearch and OpenSearch, written by their bulk API. Types of ours: Data Factory has no such store.
public final class ElasticsearchConnector implements TableConnector {
    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Elasticsearch",
            Set.of("Elasticsearch"),
            Set.of("ElasticsearchIndex"),
            Set.of(),
            Set.of("ElasticsearchSink"),
            Set.of(Capability.WRITE, Capability.TREES),
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
        throw DocumentFaults.SETTING_UNSUPPORTED
                .problem()
                .at(endpoint.activity().pointer())
                .evidence("member", "source")
                .evidence("detail", "indices of Elasticsearch are only written")
                .evidence("advice", "search by a RestService, with search_after in its requests")
                .exception();
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        return new ElasticsearchSink(endpoint, job);
    }
}
