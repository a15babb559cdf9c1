package dev.sluice.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// `sluice --version`: the version in the jar's manifest.
final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "sluice " + (version == null ? "(unpackaged)" : version), "Java " + Runtime.version(),
        };
    }
}
