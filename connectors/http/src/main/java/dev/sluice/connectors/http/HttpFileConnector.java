package dev.sluice.connectors.http;

import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Data Factory's `HttpServer`: what an address answers, read as a file. Nothing is listed and nothing written.
public final class HttpFileConnector implements FileConnector {
    private static final int MOST_CONNECTIONS = 1_000;
    private static final long USUAL_CONNECTIONS = 16;

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "HTTP",
            Set.of("HttpServer"),
            Set.of("HttpServerLocation"),
            Set.of("HttpReadSettings", "HttpReadSetting"),
            Set.of(),
            Set.of(Capability.READ, Capability.RANGED_READ),
            List.of(
                    new FieldDescriptor("url", true, false, "address that relativeUrl of the dataset is added to"),
                    new FieldDescriptor("authenticationType", false, false, "Anonymous or Basic; Anonymous if absent"),
                    new FieldDescriptor("userName", false, false, "for Basic"),
                    new FieldDescriptor("password", false, true, "for Basic"),
                    new FieldDescriptor("authHeaders", false, true, "further headers, name and value"),
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
    public FileStore open(Endpoint endpoint, JobContext job) {
        RestService service = RestService.of(endpoint);
        int connections = endpoint.storeSettings()
                .number("maxConcurrentConnections", 1, MOST_CONNECTIONS)
                .orElse(USUAL_CONNECTIONS)
                .intValue();
        Calls calls = new Calls(service.name(), connections, RetryPolicy.DEFAULT, job);
        return new HttpFileStore(service, endpoint, new HttpLine(service, endpoint), calls, job);
    }
}
