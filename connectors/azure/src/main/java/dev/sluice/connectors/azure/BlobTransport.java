package dev.sluice.connectors.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.HttpPipelineSyncPolicy;
import com.azure.core.util.Configuration;
import dev.sluice.data.spi.outbound.WayOut;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;

/// How requests travel: the HTTP client, its patience, and addresses the client library cannot read.
final class BlobTransport {
    static final int CONNECT_SECONDS = 15;

    /// From the first byte sent to the first byte of the answer: a large block on a slow line takes its time.
    private static final Duration ANSWER = Duration.ofMinutes(10);

    /// Between two pieces of a request or of an answer.
    private static final Duration PIECE = Duration.ofSeconds(60);

    /// Where the library believes every account's name to be in the path.
    private static final String EMULATOR_HOST = "127.0.0.1";

    private BlobTransport() {}

    /// One for the process: its connections, threads and TLS context are made once and serve every store.
    private static final class Shared {
        static final HttpClient HTTP = new JdkHttpClientBuilder(WayOut.clients())
                // Or else the library would look for a proxy in the environment by itself.
                .configuration(Configuration.NONE)
                .connectionTimeout(Duration.ofSeconds(CONNECT_SECONDS))
                .writeTimeout(PIECE)
                .responseTimeout(ANSWER)
                .readTimeout(PIECE)
                .build();
    }

    static HttpClient client() {
        return Shared.HTTP;
    }

    /// The address as the client library must be given it. It takes an account's name from the path only for IP
    /// addresses and `localhost`; an emulator under another name (`http://azurite:10000/account`) gets its own
    /// name back in [Named], request by request.
    static URI readable(URI endpoint) {
        boolean pathStyle = AzureAccount.isPathStyle(endpoint.getHost());
        return pathStyle && endpoint.getHost().matches("(?!localhost$)[A-Za-z].*")
                ? withHost(endpoint, EMULATOR_HOST)
                : endpoint;
    }

    private static URI withHost(URI uri, String host) {
        try {
            return new URI(uri.getScheme(), null, host, uri.getPort(), uri.getPath(), null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// Proves who asks by a token; never in clear over a network.
    static final class Bearer extends HttpPipelineSyncPolicy {
        private final EntraIdentity identity;

        Bearer(EntraIdentity identity) {
            this.identity = identity;
        }

        @Override
        protected void beforeSendingRequest(HttpPipelineCallContext context) {
            context.getHttpRequest()
                    .setHeader(
                            HttpHeaderName.AUTHORIZATION,
                            "Bearer " + identity.token().reveal());
        }
    }

    /// Sends requests to the host that was named. Signatures do not cover the host.
    static final class Named extends HttpPipelineSyncPolicy {
        private final String host;

        Named(String host) {
            this.host = host;
        }

        @Override
        protected void beforeSendingRequest(HttpPipelineCallContext context) {
            URL url = context.getHttpRequest().getUrl();
            try {
                String text = url.getProtocol() + "://" + host + (url.getPort() > 0 ? ":" + url.getPort() : "")
                        + url.getFile();
                context.getHttpRequest().setUrl(URI.create(text).toURL());
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }
}
