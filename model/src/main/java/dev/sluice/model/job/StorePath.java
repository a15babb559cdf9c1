package dev.sluice.model.job;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A path from the root of a linked service. Where files lie in containers or buckets, it begins with one.
///
/// @param container empty where there are none
/// @param path within the container; no slash at its ends
public record StorePath(String container, String path) {
    /// Stores whose root is named by the linked service alone.
    private static final Set<String> ROOTED =
            Set.of("fileserver", "sftp", "ftpserver", "azurefilestorage", "hdfs", "azuredatalakestore");

    /// @param type of the linked service
    /// @return empty when the container is missing
    public static Optional<StorePath> of(String type, String whole) {
        String path = whole.replaceAll("^/+|/+$", "");
        if (ROOTED.contains(type.toLowerCase(Locale.ROOT))) {
            return Optional.of(new StorePath("", path));
        }
        int slash = path.indexOf('/');
        String container = slash < 0 ? path : path.substring(0, slash);
        return container.isEmpty()
                ? Optional.empty()
                : Optional.of(new StorePath(container, slash < 0 ? "" : path.substring(slash + 1)));
    }

    /// As a dataset's location names the root; every store reads the member that is its own.
    public Map<String, Object> location() {
        Map<String, Object> location = new LinkedHashMap<>();
        if (!container.isEmpty()) {
            for (String member : new String[] {"container", "fileSystem", "bucketName"}) {
                location.put(member, container);
            }
        }
        return location;
    }

    /// A path within the container as one from the root.
    public String whole(String inside) {
        return container.isEmpty() ? inside : container + "/" + inside;
    }
}
