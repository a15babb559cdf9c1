package dev.sluice.data.copy;

import dev.sluice.data.copy.files.SelectedFile;
import dev.sluice.data.spi.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `enablePartitionDiscovery`: folders called `key=value` between the partition root and a file are columns of its
// rows.
/// The root is `partitionRootPath`, without it the folder that files are selected from: the dataset's, or what stands
/// before the first wildcard or in the prefix. Values are texts, as they stand in the path.
///
/// @param on whether they are looked for
/// @param root path of `partitionRootPath`; empty without one
record PartitionFolders(boolean on, Optional<String> root) {
    /// What Hive writes for null.
    private static final String NO_VALUE = "__HIVE_DEFAULT_PARTITION__";

    static PartitionFolders of(Endpoint source) {
        return new PartitionFolders(
                source.storeSettings().flag("enablePartitionDiscovery", false),
                source.storeSettings()
                        .text("partitionRootPath")
                        .map(p -> p.replaceAll("^/+|/+$", ""))
                        .filter(p -> !p.isBlank()));
    }

    /// All keys, in the order they appear.
    Set<String> keys(List<SelectedFile> files) {
        Set<String> keys = new LinkedHashSet<>();
        if (on) {
            for (SelectedFile file : files) {
                for (String folder : folders(file.entry().path(), file.relative())) {
                    keys.add(folder.substring(0, folder.indexOf('=')));
                }
            }
        }
        return keys;
    }

    /// @param file path from the store's root
    /// @param relative path from the folder that it was selected from
    @Nullable
    String value(String key, String file, String relative) {
        for (String folder : folders(file, relative)) {
            if (folder.startsWith(key + "=")) {
                String value = folder.substring(key.length() + 1);
                return value.equals(NO_VALUE) ? null : value;
            }
        }
        return null;
    }

    private List<String> folders(String file, String relative) {
        String path = relative;
        if (root.isPresent()) {
            if (!file.startsWith(root.get() + "/")) {
                return List.of();
            }
            path = file.substring(root.get().length() + 1);
        }
        List<String> found = new ArrayList<>();
        String[] parts = path.split("/", -1);
        for (int i = 0; i < parts.length - 1; i++) {
            if (parts[i].indexOf('=') > 0) {
                found.add(parts[i]);
            }
        }
        return found;
    }
}
