package dev.sluice.connectors.azure;

import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.MessageQueue;
import java.util.List;
import java.util.Set;

/// Data Lake Storage Gen2 (Data Factory's `AzureBlobFS`). The root is the file system that the dataset's location
/// names.
///
/// Spoken to through the account's blob address: an account with a hierarchical namespace has both
/// ("Multi-protocol access on Azure Data Lake Storage"), over the same data, and there a block list makes a
/// file appear in one step, which the `dfs` address can only by renaming. `https://ACCOUNT.dfs.…` of the
/// linked service becomes `https://ACCOUNT.blob.…`. Folders are those of the namespace: they show as blobs
/// with the mark `hdi_isfolder`, and are made with their files.
public final class AzureDataLakeConnector implements FileConnector {
    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Azure Data Lake Storage Gen2",
            Set.of("AzureBlobFS"),
            Set.of("AzureBlobFSLocation"),
            Set.of("AzureBlobFSReadSettings", "AzureBlobFSReadSetting"),
            Set.of("AzureBlobFSWriteSettings", "AzureBlobFSWriteSetting"),
            AzureBlobConnector.CAPABILITIES,
            List.of(
                    new FieldDescriptor("url", false, false, "https://ACCOUNT.dfs.core.windows.net"),
                    new FieldDescriptor("accountKey", false, true, "the account's key"),
                    new FieldDescriptor(
                            "sasUri", false, true, "address of account or file system with a shared access signature"),
                    new FieldDescriptor("sasToken", false, true, "the signature, where sasUri does not hold it"),
                    new FieldDescriptor("servicePrincipalId", false, false, "an application's id"),
                    new FieldDescriptor("servicePrincipalKey", false, true, "the application's secret"),
                    new FieldDescriptor("tenant", false, false, "the application's tenant"),
                    new FieldDescriptor(
                            "authenticationType",
                            false,
                            false,
                            "AccountKey, SasUri, ServicePrincipal, Msi or Anonymous; found out if absent"),
                    new FieldDescriptor(
                            "azureCloudType",
                            false,
                            false,
                            "AzurePublic, AzureChina, AzureUsGovernment or AzureGermany: where applications log in")));

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
        return AzureBlobConnector.store(endpoint, new AccountSettings(endpoint).read(), "fileSystem", job);
    }
}
