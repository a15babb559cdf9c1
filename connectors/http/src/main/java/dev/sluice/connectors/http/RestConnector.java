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
import java.util.List;
import java.util.Set;

/// REST services that answer with JSON.
public final class RestConnector implements TableConnector {
    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "REST",
            Set.of("RestService"),
            Set.of("RestResource"),
            Set.of("RestSource"),
            Set.of("RestSink"),
            Set.of(Capability.READ, Capability.WRITE, Capability.TREES),
            List.of(
                    new FieldDescriptor("url", true, false, "address that relativeUrl of the dataset is added to"),
                    new FieldDescriptor(
                            "authenticationType",
                            false,
                            false,
                            "Anonymous, Basic, OAuth2ClientCredential or AadServicePrincipal"),
                    new FieldDescriptor("userName", false, false, "for Basic"),
                    new FieldDescriptor("password", false, true, "for Basic"),
                    new FieldDescriptor("authHeaders", false, true, "further headers, name and value"),
                    new FieldDescriptor("tokenEndpoint", false, false, "for OAuth2ClientCredential"),
                    new FieldDescriptor("clientId", false, false, "for OAuth2ClientCredential"),
                    new FieldDescriptor("clientSecret", false, true, "for OAuth2ClientCredential"),
                    new FieldDescriptor("scope", false, false, "for OAuth2ClientCredential"),
                    new FieldDescriptor("resource", false, false, "for OAuth2ClientCredential"),
                    new FieldDescriptor("servicePrincipalId", false, false, "for AadServicePrincipal"),
                    new FieldDescriptor("servicePrincipalKey", false, true, "for AadServicePrincipal"),
                    new FieldDescriptor("tenant", false, false, "for AadServicePrincipal"),
                    new FieldDescriptor("aadResourceId", false, false, "for AadServicePrincipal"),
                    new FieldDescriptor("azureCloudType", false, false, "for AadServicePrincipal"),
                    new FieldDescriptor(
                            "enableServerCertificateValidation", false, false, "true; false trusts any certificate")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        HttpLine line = new HttpLine(RestService.of(endpoint), endpoint);
        boolean open = false;
        try {
            RestSource source = RestSource.of(endpoint, line, job);
            open = true;
            return source;
        } finally {
            if (!open) {
                line.close();
            }
        }
    }

    @Override
    public void test(Endpoint endpoint, JobContext job) throws IOException {
        HttpLine.test(endpoint);
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        return new RestSink(endpoint, new HttpLine(RestService.of(endpoint), endpoint), job);
    }
}
