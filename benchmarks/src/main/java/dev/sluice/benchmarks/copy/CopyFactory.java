package dev.sluice.benchmarks.copy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// A Git folder with one pipeline for each pair of a source and a sink.
final class CopyFactory {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CSV = """
            "columnDelimiter":",","quoteChar":"\\"","escapeChar":"\\"","firstRowAsHeader":true""";
    private static final String ZSTD = "\"compressionCodec\":\"zstd\"";

    /// Of text, what each column is: without it, Parquet would hold text.
    private static final String[] TYPES = {
        "l_orderkey Int64", "l_partkey Int64", "l_suppkey Int64", "l_linenumber Int32", "l_quantity Decimal",
        "l_extendedprice Decimal", "l_discount Decimal", "l_tax Decimal", "l_returnflag String", "l_linestatus String",
        "l_shipdate Date", "l_commitdate Date", "l_receiptdate Date", "l_shipinstruct String", "l_shipmode String",
        "l_comment String"
    };

    private enum Source {
        FromTable("AzurePostgreSqlSource", ""),
        Csv("DelimitedTextSource", ""),
        Parquet("ParquetSource", ""),
        MariaDb("MariaDBSource", "");

        private final String type;
        private final String settings;

        Source(String type, String settings) {
            this.type = type;
            this.settings = settings;
        }
    }

    private enum Sink {
        CsvParts("DelimitedTextSink"),
        ParquetParts("ParquetSink"),
        ParquetOut("ParquetSink"),
        BlobOut("ParquetSink"),
        IntoTable("AzurePostgreSqlSink");

        private final String type;

        Sink(String type) {
            this.type = type;
        }
    }

    private final Path work;
    private final Map<String, Object> connections = new HashMap<>();

    CopyFactory(Path work) {
        this.work = work;
    }

    /// Says where a linked service's store is.
    void connect(String service, Map<String, Object> typeProperties) {
        connections.put(service, typeProperties);
    }

    Path folder() {
        return work.resolve("factory");
    }

    Path override() {
        return work.resolve("override.json");
    }

    static String pipeline(String from, String to) {
        return from + "To" + to;
    }

    void write() throws IOException {
        service("Db", "AzurePostgreSql", "");
        service("Maria", "MariaDB", "");
        service("Blobs", "AzureBlobStorage", "");
        service("In", "FileServer", "\"host\":\"" + work.resolve("in") + "\"");
        service("Out", "FileServer", "\"host\":\"" + work.resolve("out") + "\"");
        dataset("FromTable", "AzurePostgreSqlTable", "Db", "\"schema\":\"public\",\"table\":\"lineitem\"");
        dataset("IntoTable", "AzurePostgreSqlTable", "Db", "\"schema\":\"copied\",\"table\":\"lineitem\"");
        dataset("MariaDb", "MariaDBTable", "Maria", "\"table\":\"lineitem\"");
        dataset("Csv", "DelimitedText", "In", location("FileServerLocation", "lineitem.csv") + "," + CSV);
        dataset("Parquet", "Parquet", "In", location("FileServerLocation", "lineitem.parquet"));
        dataset("CsvParts", "DelimitedText", "Out", location("FileServerLocation", "") + "," + CSV);
        dataset("ParquetParts", "Parquet", "Out", location("FileServerLocation", "") + "," + ZSTD);
        dataset("ParquetOut", "Parquet", "Out", location("FileServerLocation", "out.parquet") + "," + ZSTD);
        dataset(
                "BlobOut",
                "Parquet",
                "Blobs",
                location("AzureBlobStorageLocation\",\"container\":\"demo", "out.parquet") + "," + ZSTD);
        for (Source from : Source.values()) {
            for (Sink to : Sink.values()) {
                pipeline(from, to);
            }
        }
        Files.writeString(override(), JSON.writeValueAsString(connections));
    }

    private static String location(String type, String file) {
        return "\"location\":{\"type\":\"" + type + "\"" + (file.isEmpty() ? "" : ",\"fileName\":\"" + file + "\"")
                + "}";
    }

    private void service(String name, String type, String properties) throws IOException {
        document("linkedService", name, """
                {"name":"%s","properties":{"type":"%s","typeProperties":{%s}}}""".formatted(name, type, properties));
    }

    private void dataset(String name, String type, String service, String properties) throws IOException {
        document("dataset", name, """
                {"name":"%s","properties":{"type":"%s","linkedServiceName":{"referenceName":"%s",
                "type":"LinkedServiceReference"},"typeProperties":{%s}}}""".formatted(name, type, service, properties));
    }

    private void pipeline(Source from, Sink to) throws IOException {
        String name = pipeline(from.name(), to.name());
        boolean typed = from == Source.Csv && (to == Sink.ParquetOut || to == Sink.BlobOut);
        boolean parts = to == Sink.CsvParts || to == Sink.ParquetParts;
        boolean plainText = to == Sink.CsvParts;
        document("pipeline", name, """
                {"name":"%s","properties":{"activities":[{"name":"Copy","type":"Copy","inputs":[{"referenceName":"%s",
                "type":"DatasetReference"}],"outputs":[{"referenceName":"%s","type":"DatasetReference"}],
                "typeProperties":{"source":{"type":"%s"%s},"sink":{"type":"%s"%s}%s}}]}}""".formatted(
                name,
                from.name(),
                to.name(),
                from.type,
                from.settings,
                to.type,
                plainText ? ",\"formatSettings\":{\"type\":\"DelimitedTextWriteSettings\",\"quoteAllText\":false}" : "",
                (typed ? ",\"translator\":" + translator() : "") + (parts ? ",\"parallelCopies\":2" : "")));
    }

    private static String translator() {
        StringBuilder out = new StringBuilder("{\"type\":\"TabularTranslator\",\"mappings\":[");
        String comma = "";
        for (String column : TYPES) {
            String[] words = column.split(" ");
            String digits = words[1].equals("Decimal") ? ",\"precision\":15,\"scale\":2" : "";
            out.append(comma)
                    .append("{\"source\":{\"name\":\"" + words[0] + "\"},\"sink\":{\"name\":\"" + words[0]
                            + "\",\"type\":\"" + words[1] + "\"" + digits + "}}");
            comma = ",";
        }
        return out.append("]}").toString();
    }

    private void document(String kind, String name, String json) throws IOException {
        Path folder = Files.createDirectories(folder().resolve(kind));
        Files.writeString(folder.resolve(name + ".json"), json);
    }
}
