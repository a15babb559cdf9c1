package dev.sluice.node.agent.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A worker process that ends before it is ready as long as the file `broken` lies in its folder.
final class FragileWorker {
    static final String BROKEN = "broken";

    private FragileWorker() {}

    public static void main(String[] args) throws IOException {
        if (Files.exists(Path.of(BROKEN))) {
            System.err.println("it is broken");
            System.exit(3);
        }
        TalkativeWorker.main(args);
    }
}
