package dev.sluice.node.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// The version in the jar's manifest.
final class NodeVersion implements CommandLine.IVersionProvider {
    /// Set for a version of the node's own folder, by its signed name.
    private static final String PROPERTY = "sluice.version";

    static String text() {
        @Nullable String given = System.getProperty(PROPERTY);
        if (given != null) {
            return given;
        }
        @Nullable String version = NodeVersion.class.getPackage().getImplementationVersion();
        return version == null ? "0.0.0-unpackaged" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"sluice node " + text(), "Java " + Runtime.version()};
    }
}
