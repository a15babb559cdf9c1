package dev.sluice.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A factory as a person keeps it in Git: CSV to Parquet to CSV, in a folder of this machine.
final class GitFolder {
    private final Path root;
    private final Path store;

    /// @param root gets `factory/` with the documents and `store/` with the data
    GitFolder(Path root) {
        this.root = root.resolve("factory");
        this.store = root.resolve("store");
        write(store.resolve("in.csv"), "id,name,price\n1,one,1.50\n2,\"two, quoted\",2.25\n3,,3\n");
        document("linkedService", "Store", """
                {"name":"Store","properties":{"type":"FileServer","typeProperties":{"host":"%s"}}}""".formatted(store));
        document(
                "dataset",
                "In",
                dataset("In", "DelimitedText", "\"fileName\":\"in.csv\"", ",\"firstRowAsHeader\":true"));
        document("dataset", "Middle", dataset("Middle", "Parquet", "\"fileName\":\"middle.parquet\"", ""));
        document(
                "dataset",
                "Out",
                dataset(
                        "Out",
                        "DelimitedText",
                        "\"fileName\":{\"value\":\"@{dataset().day}.csv\",\"type\":\"Expression\"}",
                        ",\"firstRowAsHeader\":true,\"columnDelimiter\":\";\",\"escapeChar\":\"\\\"\""));
        document(
                "pipeline",
                "There",
                pipeline(
                        "There",
                        TestFactory.Copy.of("Pack", "In", TestFactory.FROM_CSV, "Middle", TestFactory.TO_PARQUET),
                        TestFactory.Copy.of("Unpack", "Middle", TestFactory.FROM_PARQUET, "Out", TestFactory.TO_CSV)
                                .after("Pack", "Succeeded")
                                .parameters(
                                        "{}",
                                        "{\"day\":{\"value\":\"@pipeline().parameters.day\",\"type\":\"Expression\"}}")));
    }

    Path root() {
        return root;
    }

    Path store() {
        return store;
    }

    void document(String kind, String name, String json) {
        write(root.resolve(kind).resolve(name + ".json"), json);
    }

    private static String pipeline(String name, TestFactory.Copy first, TestFactory.Copy second) {
        return "{\"name\":\"%s\",\"properties\":{\"parameters\":{\"day\":{\"type\":\"string\"}},\"activities\":[%s,%s]}}"
                .formatted(name, first.json(), second.json());
    }

    private static String dataset(String name, String type, String file, String more) {
        String parameters = name.equals("Out") ? "\"parameters\":{\"day\":{\"type\":\"string\"}}," : "";
        return """
                {"name":"%s","properties":{"type":"%s","linkedServiceName":{"referenceName":"Store",
                 "type":"LinkedServiceReference"},%s"typeProperties":{"location":{"type":"FileServerLocation",%s}%s}}}""".formatted(name, type, parameters, file, more);
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
