package dev.sluice.node.agent.job;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Tests the connection to a PostgreSQL server at `HOST PORT` and prints the error as JSON.
final class UnreachedMain {
    private UnreachedMain() {}

    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        out.println(JobBench.job(Path.of(args[2]), "ConnectionTest", "{}")
                .on(FailedWayTest.postgres(args[0], Integer.parseInt(args[1])))
                .error()
                .toJson());
        Runtime.getRuntime().halt(0);
    }
}
