package dev.sluice.connectors.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.connectors.http.WebServer.Reply;
import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ProblemException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Whether linked services of web services lead to one.
class ConnectionTest {
    private static Endpoint endpoint(Connector connector, String url) {
        return TestEndpoint.source()
                .linkedService(
                        connector.descriptor().linkedServiceTypes().iterator().next(),
                        Map.of(
                                "url",
                                url,
                                "authenticationType",
                                "Basic",
                                "userName",
                                "me",
                                "password",
                                new SecretValue("opensesame")))
                .build();
    }

    @Test
    void any_answer_will_do_but_a_refusal_and_a_failure() throws Exception {
        for (Connector connector : List.of(new HttpFileConnector(), new RestConnector())) {
            for (int status : new int[] {200, 204, 404, 405}) {
                try (WebServer server = new WebServer(asked -> new Reply(status, "", Map.of()));
                        TestJob job = new TestJob()) {
                    connector.test(endpoint(connector, server.url()), job);
                    assertThat(server.asked.getFirst().header("Authorization")).startsWith("Basic ");
                }
            }
            for (int status : new int[] {401, 403, 500, 503}) {
                try (WebServer server = new WebServer(asked -> new Reply(status, "no", Map.of()));
                        TestJob job = new TestJob()) {
                    ProblemException refused = catchThrowableOfType(
                            ProblemException.class, () -> connector.test(endpoint(connector, server.url()), job));
                    assertThat(refused).as(connector + " " + status).isNotNull();
                    assertThat(refused.getMessage()).doesNotContain("opensesame");
                }
            }
        }
    }

    @Test
    void a_port_that_nobody_listens_on_is_named() throws Exception {
        String url;
        try (WebServer server = new WebServer(asked -> new Reply(200, "", Map.of()))) {
            url = server.url();
        }
        try (TestJob job = new TestJob()) {
            RestConnector connector = new RestConnector();
            ProblemException refused =
                    catchThrowableOfType(ProblemException.class, () -> connector.test(endpoint(connector, url), job));
            assertThat(refused).isNotNull();
        }
    }
}
