package dev.sluice.connectors.azure;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Data Factory's `AzureBlobStorage` (and the older `AzureStorage`): a container of a storage account.
public final class BlobConnector implements FileConnector {
    private static final Pattern CONTAINER = Pattern.compile("\\$(root|web|logs)|[a-z0-9](-?[a-z0-9]){2,62}");

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Azure Blob Storage",
            Set.of("AzureBlobStorage", "AzureStorage"),
            Set.of("AzureBlobStorageLocation"),
            Set.of("AzureBlobStorageReadSettings", "AzureBlobStorageReadSetting"),
            Set.of("AzureBlobStorageWriteSettings", "AzureBlobStorageWriteSetting"),
            Set.of(
                    Capability.READ,
                    Capability.WRITE,
                    Capability.RANGED_READ,
                    Capability.PARALLEL_WRITE,
                    Capability.ATOMIC_COMMIT,
                    Capability.IDEMPOTENT),
            List.of(
                    new FieldDescriptor(
                            "connectionString",
                            false,
                            true,
                            "DefaultEndpointsProtocol=…;AccountName=…;AccountKey=…;EndpointSuffix=…, or with BlobEndpoint,"
                                    + " SharedAccessSignature or UseDevelopmentStorage=true"),
                    new FieldDescriptor("accountKey", false, true, "the key, when not in connectionString"),
                    new FieldDescriptor("sasUri", false, true, "URI of the account or container with its SAS"),
                    new FieldDescriptor("sasToken", false, true, "the SAS, when not in sasUri"),
                    new FieldDescriptor("serviceEndpoint", false, false, "https://ACCOUNT.blob.core.windows.net"),
                    new FieldDescriptor("containerUri", false, false, "a container open to anonymous readers"),
                    new FieldDescriptor(
                            "authenticationType",
                            false,
                            false,
                            "AccountKey, SasUri or Anonymous; follows from the rest"),
                    new FieldDescriptor("accountKind", false, false, "accepted, not needed")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public FileStore open(Endpoint endpoint, JobContext job) {
        BlobAccount account = BlobAccount.of(endpoint);
        String container = container(endpoint, account);
        Optional<Long> blockMegabytes = endpoint.storeSettings().number("blockSizeInMB", 1, 4_000);
        return new BlobStore(account, container, blockMegabytes.map(m -> m << 20), job);
    }

    /// The dataset's container; the linked service may name it too, then both must agree.
    private static String container(Endpoint endpoint, BlobAccount account) {
        Settings location = endpoint.location();
        Optional<String> named = location.text("container").filter(c -> !c.isBlank());
        String container = named.or(account::container).orElseThrow(() -> location.missing("container"));
        if (!CONTAINER.matcher(container).matches()) {
            throw location.wrong("container", container, "3 to 63 lower-case letters, digits and single hyphens");
        }
        account.container().filter(c -> !c.equals(container)).ifPresent(c -> {
            throw location.wrong("container", container, "'" + c + "', the one the linked service's URI names");
        });
        return container;
    }
}
