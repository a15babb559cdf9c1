package dev.sluice.connectors.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import java.time.Duration;

/// The HTTP client of one store, and its patience.
final class BlobTransport {
    static final int CONNECT_SECONDS = 15;

    /// From the first byte sent to the first byte of the answer: a large block on a slow line takes its time.
    private static final Duration ANSWER = Duration.ofMinutes(5);

    /// Between two pieces of an answer.
    private static final Duration READ = Duration.ofSeconds(60);

    private BlobTransport() {}

    static HttpClient open() {
        return new JdkHttpClientBuilder()
                .connectionTimeout(Duration.ofSeconds(CONNECT_SECONDS))
                // The client would put a timer around every few kilobytes sent; the answer's time-out covers them.
                .writeTimeout(Duration.ZERO)
                .responseTimeout(ANSWER)
                .readTimeout(READ)
                .build();
    }
}
