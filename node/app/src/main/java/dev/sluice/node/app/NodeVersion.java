package dev.sluice.node.app;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// The version in the jar's manifest.
final class NodeVersion implements CommandLine.IVersionProvider {
    static String text() {
        @Nullable String version = NodeVersion.class.getPackage().getImplementationVersion();
        return version == null ? "0.0.0-unpackaged" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"sluice node " + text(), "Java " + Runtime.version()};
    }
}
