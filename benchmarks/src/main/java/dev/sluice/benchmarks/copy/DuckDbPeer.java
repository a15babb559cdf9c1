package dev.sluice.benchmarks.copy;

import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.ParallelTransferOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/// DuckDB in a process of its own. Says on the last line of its output how many seconds the work took, so that the
/// JVM's start and the unpacking of the driver's library do not count against it.
///
/// Arguments: SQL; then, if the file written is put into a blob afterwards, connection string and path.
final class DuckDbPeer {
    /// What precedes the seconds.
    static final String SECONDS = "seconds: ";

    private static final int BLOCK = 8 << 20;

    private DuckDbPeer() {}

    public static void main(String[] args) throws Exception {
        try (Connection c = DriverManager.getConnection("jdbc:duckdb:");
                Statement s = c.createStatement()) {
            s.execute("SET threads = 2");
            long start = System.nanoTime();
            s.execute(args[0]);
            if (args.length > 1) {
                put(args[1], args[2]);
            }
            System.out.println(SECONDS + (System.nanoTime() - start) / 1e9);
        }
    }

    private static void put(String connection, String file) {
        new BlobServiceClientBuilder()
                .connectionString(connection)
                .buildClient()
                .getBlobContainerClient("demo")
                .getBlobClient("peer.parquet")
                .uploadFromFile(
                        file,
                        new ParallelTransferOptions()
                                .setBlockSizeLong((long) BLOCK)
                                .setMaxConcurrency(2),
                        null,
                        null,
                        null,
                        null,
                        null);
    }

    static String fromCsv(Path csv, Path parquet) {
        return "COPY (SELECT * FROM read_csv('" + csv + "', header = true, columns = " + Checks.DUCK_COLUMNS + ")) TO '"
                + parquet + "' (FORMAT parquet, COMPRESSION zstd)";
    }

    static String fromParquet(Path from, Path parquet) {
        return "COPY (SELECT * FROM read_parquet('" + from + "')) TO '" + parquet
                + "' (FORMAT parquet, COMPRESSION zstd)";
    }
}
