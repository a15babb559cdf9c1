package dev.sluice.connectors.files.smb;

import dev.sluice.data.remote.LinkedMembers;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.SecretValue;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Azure Files (Data Factory's `AzureFileStorage`), spoken to as what it is: an SMB share, whose user is the account
/// and whose password is the account's key ("Mount SMB Azure file shares"). The port 445 has to be open.
public final class AzureFilesConnector implements FileConnector {
    private static final List<String> MEMBERS =
            List.of("connectionString", "accountKey", "fileShare", "host", "userId", "password");
    private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9]{3,24}");
    private static final Pattern SUFFIX = Pattern.compile("[A-Za-z0-9.-]{3,200}");

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Azure Files",
            Set.of("AzureFileStorage"),
            Set.of("AzureFileStorageLocation"),
            Set.of("AzureFileStorageReadSettings", "AzureFileStorageReadSetting"),
            Set.of("AzureFileStorageWriteSettings", "AzureFileStorageWriteSetting"),
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
                            "DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net"),
                    new FieldDescriptor(
                            "accountKey", false, true, "the key, where the connection string does not hold it"),
                    new FieldDescriptor("fileShare", false, false, "name of the share, with a connection string"),
                    new FieldDescriptor(
                            "host", false, false, "\\\\ACCOUNT.file.core.windows.net\\SHARE, the older form"),
                    new FieldDescriptor("userId", false, false, "AZURE\\ACCOUNT, with host"),
                    new FieldDescriptor("password", false, true, "the account's key, with host")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public FileStore open(Endpoint endpoint, JobContext job) {
        LinkedMembers m = new LinkedMembers(endpoint).only(MEMBERS);
        return SmbShares.open(endpoint, share(endpoint, m), job);
    }

    static SmbShare share(Endpoint endpoint, LinkedMembers m) {
        Optional<SecretValue> text = m.settings().secret("connectionString");
        if (text.isEmpty()) {
            return SmbShare.of(
                    m,
                    m.settings().requiredText("host"),
                    m.settings().requiredText("userId"),
                    m.settings()
                            .secret("password")
                            .orElseThrow(() -> m.settings().missing("password")));
        }
        Map<String, String> parts = new HashMap<>();
        for (String part : text.get().reveal().split(";", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(
                        part.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        part.substring(equals + 1).strip());
            }
        }
        if (parts.containsKey("sharedaccesssignature")) {
            throw m.invalid(
                    "connectionString", "a share is opened by the account's key; it takes no shared access signature");
        }
        String account = parts.getOrDefault("accountname", "");
        String suffix = parts.getOrDefault("endpointsuffix", "core.windows.net");
        if (!ACCOUNT.matcher(account).matches() || !SUFFIX.matcher(suffix).matches()) {
            throw m.invalid("connectionString", "AccountName or EndpointSuffix is missing or cannot be one");
        }
        String key = parts.getOrDefault("accountkey", "");
        SecretValue password = key.isEmpty()
                ? m.settings()
                        .secret("accountKey")
                        .orElseThrow(() -> m.invalid("accountKey", "the account's key is missing"))
                : new SecretValue(key);
        String share = m.settings().requiredText("fileShare");
        return SmbShare.of(m, "\\\\" + account + ".file." + suffix + "\\" + share, "AZURE\\" + account, password);
    }
}
