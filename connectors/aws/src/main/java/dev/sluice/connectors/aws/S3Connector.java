package dev.sluice.connectors.aws;

import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.RetryPolicy;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.MessageQueue;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/// Amazon S3 and what speaks its protocol. The root is the bucket that the dataset's location names; it is never
/// created. Data Factory only reads these stores; here they are written, too.
public final class S3Connector implements FileConnector {
    /// Where `maxConcurrentConnections` says nothing.
    private static final long USUAL_CONNECTIONS = 32;

    private static final int MOST_CONNECTIONS = 1_000;

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Amazon S3",
            Set.of("AmazonS3", "AmazonS3Compatible", "GoogleCloudStorage", "OracleCloudStorage"),
            Set.of(
                    "AmazonS3Location",
                    "AmazonS3CompatibleLocation",
                    "GoogleCloudStorageLocation",
                    "OracleCloudStorageLocation"),
            Set.of(
                    "AmazonS3ReadSettings",
                    "AmazonS3CompatibleReadSettings",
                    "GoogleCloudStorageReadSettings",
                    "OracleCloudStorageReadSettings"),
            Set.of(
                    "AmazonS3WriteSettings",
                    "AmazonS3CompatibleWriteSettings",
                    "GoogleCloudStorageWriteSettings",
                    "OracleCloudStorageWriteSettings"),
            Set.of(
                    Capability.READ,
                    Capability.WRITE,
                    Capability.RANGED_READ,
                    Capability.PARALLEL_WRITE,
                    Capability.ATOMIC_COMMIT,
                    Capability.IDEMPOTENT,
                    Capability.WHOLE_FILES,
                    Capability.ATTRIBUTES),
            List.of(
                    new FieldDescriptor("accessKeyId", true, false, "the access key; for Google an HMAC key"),
                    new FieldDescriptor("secretAccessKey", true, true, "its secret"),
                    new FieldDescriptor(
                            "authenticationType",
                            false,
                            false,
                            "AccessKey or TemporarySecurityCredentials; AccessKey if absent"),
                    new FieldDescriptor("sessionToken", false, true, "of temporary credentials"),
                    new FieldDescriptor(
                            "serviceUrl",
                            false,
                            false,
                            "address of the service, e.g. https://s3.eu-west-1.amazonaws.com; Amazon's and Google's own"
                                    + " unless given"),
                    new FieldDescriptor(
                            "forcePathStyle",
                            false,
                            false,
                            "whether the bucket stands in the path; true unless given, except for Amazon")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public FileStore open(Endpoint endpoint, JobContext job) {
        return open(endpoint, job, RetryPolicy.DEFAULT);
    }

    /// A queue of Amazon SQS, where S3 sends its event notifications.
    @Override
    public MessageQueue queue(Endpoint endpoint, String name, JobContext job) {
        String type = endpoint.linkedServiceType();
        if (!type.equalsIgnoreCase("AmazonS3") && !type.equalsIgnoreCase("AmazonS3Compatible")) {
            return FileConnector.super.queue(endpoint, name, job);
        }
        QueuePlace place = QueuePlace.of(S3Account.of(endpoint), name);
        SqsProblems problems = new SqsProblems(endpoint.side(), place);
        return new SqsQueue(new SqsLine(place, problems, InstantSource.system(), job), place);
    }

    static FileStore open(Endpoint endpoint, JobContext job, RetryPolicy retries) {
        S3Account account = S3Account.of(endpoint);
        String bucket = endpoint.location().requiredText("bucketName").strip();
        if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,221}")) {
            throw endpoint.location().wrong("bucketName", bucket, "letters, digits, dots, hyphens and underscores");
        }
        int connections = endpoint.storeSettings()
                .number("maxConcurrentConnections", 1, MOST_CONNECTIONS)
                .orElse(USUAL_CONNECTIONS)
                .intValue();
        S3Problems problems = new S3Problems(endpoint.side(), account, bucket);
        // Signatures hold the real time, whatever the job's clock says.
        S3Bucket requests = new S3Bucket(account, bucket, problems, InstantSource.system());
        return new S3FileStore(requests, new Calls(account.store(), connections, retries, job), job);
    }
}
