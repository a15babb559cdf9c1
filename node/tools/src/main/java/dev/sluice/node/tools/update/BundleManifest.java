package dev.sluice.node.tools.update;

import java.util.List;

/// What a bundle says of itself. Its bytes are what is signed.
///
/// @param format 1
/// @param version of the software
/// @param java lowest feature version of Java that it runs on
/// @param flags of the JVM of the node's host process
/// @param jar that is started, relative to the version's folder
/// @param main class that is started
/// @param files all of them
public record BundleManifest(
        int format, String version, int java, List<String> flags, String jar, String main, List<BundleFile> files) {
    static final int FORMAT = 1;

    public BundleManifest {
        flags = List.copyOf(flags);
        files = List.copyOf(files);
    }

    /// Bytes of all files together.
    public long bytes() {
        return files.stream().mapToLong(BundleFile::size).sum();
    }
}
