package dev.sluice.connectors.azure;

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
import java.util.List;
import java.util.Set;

/// Azure Blob Storage, and what speaks its protocol (the Azurite emulator, Azure Stack). The root is the container that
/// the dataset's location names.
///
/// Reads block, append and page blobs; writes block blobs. As in Data Factory a container that is missing is created
/// when something is written to it; it stays even if the file is abandoned. Blocks of an abandoned file are invisible,
/// and the service removes them after a week.
public final class AzureBlobConnector implements FileConnector {
    /// What stores of blobs can do.
    static final Set<Capability> CAPABILITIES = Set.of(
            Capability.READ,
            Capability.WRITE,
            Capability.RANGED_READ,
            Capability.PARALLEL_WRITE,
            Capability.ATOMIC_COMMIT,
            Capability.IDEMPOTENT,
            Capability.WHOLE_FILES,
            Capability.ATTRIBUTES);

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Azure Blob Storage",
            Set.of("AzureBlobStorage", "AzureStorage"),
            Set.of("AzureBlobStorageLocation"),
            Set.of("AzureBlobStorageReadSettings", "AzureBlobStorageReadSetting"),
            Set.of("AzureBlobStorageWriteSettings", "AzureBlobStorageWriteSetting"),
            CAPABILITIES,
            List.of(
                    new FieldDescriptor(
                            "connectionString",
                            false,
                            true,
                            "DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net,"
                                    + " or with BlobEndpoint and SharedAccessSignature, or UseDevelopmentStorage=true"),
                    new FieldDescriptor(
                            "accountKey", false, true, "the key, where the connection string does not hold it"),
                    new FieldDescriptor(
                            "sasUri", false, true, "address of account or container with a shared access signature"),
                    new FieldDescriptor("sasToken", false, true, "the signature, where sasUri does not hold it"),
                    new FieldDescriptor(
                            "serviceEndpoint",
                            false,
                            false,
                            "https://ACCOUNT.blob.core.windows.net, together with accountKey, sasToken or an identity"),
                    new FieldDescriptor(
                            "containerUri",
                            false,
                            false,
                            "address of a container that anybody may read, no credential"),
                    new FieldDescriptor(
                            "authenticationType",
                            false,
                            false,
                            "AccountKey, SasUri, ServicePrincipal, Msi or Anonymous; found out if absent"),
                    new FieldDescriptor("servicePrincipalId", false, false, "an application's id"),
                    new FieldDescriptor("servicePrincipalKey", false, true, "the application's secret"),
                    new FieldDescriptor("tenant", false, false, "the application's tenant"),
                    new FieldDescriptor(
                            "azureCloudType",
                            false,
                            false,
                            "AzurePublic, AzureChina, AzureUsGovernment or AzureGermany: the default endpoint suffix"),
                    new FieldDescriptor("accountKind", false, false, "accepted, not needed")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public MessageQueue queue(Endpoint endpoint, String name, JobContext job) {
        StorageQueue.check(endpoint, name);
        AzureAccount account = new AccountSettings(endpoint, AccountSettings.Service.QUEUE).read();
        return new StorageQueue(
                new QueueLine(
                        account, new QueueProblems(endpoint.side(), endpoint.linkedServiceName(), account, name), job),
                name);
    }

    @Override
    public FileStore open(Endpoint endpoint, JobContext job) {
        return store(endpoint, new AccountSettings(endpoint).read(), "container", job);
    }

    /// @param member of the location that names the container
    static FileStore store(Endpoint endpoint, AzureAccount account, String member, JobContext job) {
        String container = ContainerName.of(endpoint, account, member);
        BlobProblems problems = new BlobProblems(endpoint.side(), endpoint.linkedServiceName(), account, container);
        Calls calls = new Calls(problems.store(), Connections.allowed(endpoint), RetryPolicy.DEFAULT, job);
        return new BlobFileStore(
                new BlobContainer(account, container, problems, BlobContainer.PAGE),
                calls,
                WriteSettings.of(endpoint),
                endpoint.side(),
                job);
    }
}
