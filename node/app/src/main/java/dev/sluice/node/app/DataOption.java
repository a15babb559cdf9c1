package dev.sluice.node.app;

import dev.sluice.node.tools.NodeFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--data DIR`, which every command has.
final class DataOption {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The node's data folder (default: ~/.local/share/sluice/node).")
    private @Nullable Path data;

    NodeFolder folder() {
        return new NodeFolder(data == null ? NodeFolder.usual(System.getenv()) : data);
    }
}
