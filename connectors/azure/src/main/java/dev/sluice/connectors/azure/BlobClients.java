package dev.sluice.connectors.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import java.time.Duration;

/// Builds clients: one HTTP client for the process (its connections are reused), bounded retries.
final class BlobClients {
    private static final int TRIES = 4;
    private static final Duration TRY_TIMEOUT = Duration.ofSeconds(100);
    private static final Duration FIRST_DELAY = Duration.ofMillis(250);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(8);

    private BlobClients() {}

    private static final class Shared {
        static final HttpClient HTTP = new JdkHttpClientBuilder(
                        java.net.http.HttpClient.newBuilder().version(java.net.http.HttpClient.Version.HTTP_1_1))
                .connectionTimeout(Duration.ofSeconds(BlobProblems.CONNECT_SECONDS))
                .build();
    }

    static BlobContainerClient container(BlobAccount account, String container) {
        BlobContainerClientBuilder builder = new BlobContainerClientBuilder()
                .httpClient(Shared.HTTP)
                .endpoint(account.service().toString())
                .containerName(container)
                .retryOptions(new RequestRetryOptions(
                        RetryPolicyType.EXPONENTIAL, TRIES, TRY_TIMEOUT, FIRST_DELAY, LONGEST_DELAY, null));
        account.key().ifPresent(k -> builder.credential(new StorageSharedKeyCredential(account.account(), k.reveal())));
        account.sas().ifPresent(s -> builder.sasToken(s.reveal()));
        return builder.buildClient();
    }
}
