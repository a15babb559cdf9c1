package dev.sluice.benchmarks.copy;

import dev.sluice.benchmarks.Measured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A copy: what is copied, what it is compared with, and how much of the reference's time it may take.
enum Workload {
    PG_CSV("PostgreSQL → CSV", "two psql COPY to /dev/null", 1.3, "FromTable", "CsvParts") {
        @Override
        Measured reference(Stores stores) throws IOException, InterruptedException {
            return stores.shell(stores.halves("csv"));
        }

        @Override
        void check(Stores stores) throws Exception {
            stores.checks().csv(stores.out().resolve("*.csv"));
        }
    },
    PG_PARQUET("PostgreSQL → Parquet zstd", "two psql binary COPY to /dev/null", 1.9, "FromTable", "ParquetParts") {
        @Override
        Measured reference(Stores stores) throws IOException, InterruptedException {
            return stores.shell(stores.halves("binary"));
        }

        @Override
        void check(Stores stores) throws Exception {
            stores.checks().parquet(stores.out().resolve("*.parquet"));
        }
    },
    CSV_PG("CSV → PostgreSQL", "psql \\copy", 0.6, "Csv", "IntoTable") {
        @Override
        void prepare(Stores stores) throws Exception {
            stores.csv();
        }

        @Override
        Measured reference(Stores stores) throws Exception {
            return stores.shell(stores.psql("\\copy copied.lineitem from '" + stores.csv() + "' (format csv, header)"));
        }

        @Override
        void check(Stores stores) throws Exception {
            stores.checks().table();
        }
    },
    PG_PG("PostgreSQL → PostgreSQL", "psql binary COPY | psql", 1.1, "FromTable", "IntoTable") {
        @Override
        Measured reference(Stores stores) throws IOException, InterruptedException {
            return stores.shell(stores.psql("copy lineitem to stdout (format binary)")
                    + " | "
                    + stores.psql("copy copied.lineitem from stdin (format binary)"));
        }

        @Override
        void check(Stores stores) throws Exception {
            stores.checks().table();
        }
    },
    CSV_PARQUET("CSV → Parquet zstd", "DuckDB", 0.8, "Csv", "ParquetOut") {
        @Override
        void prepare(Stores stores) throws Exception {
            stores.csv();
        }

        @Override
        Measured reference(Stores stores) throws Exception {
            return stores.duckDb(DuckDbPeer.fromCsv(stores.csv(), stores.out().resolve("out.parquet")));
        }

        @Override
        void check(Stores stores) throws Exception {
            stores.checks().parquet(stores.out().resolve("*.parquet"));
        }
    },
    PARQUET_PG("Parquet → PostgreSQL", "psql binary COPY in", 0.85, "Parquet", "IntoTable") {
        @Override
        void prepare(Stores stores) throws Exception {
            stores.parquet();
            stores.binary();
        }

        @Override
        Measured reference(Stores stores) throws Exception {
            return stores.shell(stores.psql("\\copy copied.lineitem from '" + stores.binary() + "' (format binary)"));
        }

        @Override
        void check(Stores stores) throws Exception {
            stores.checks().table();
        }
    },
    MARIADB_PG("MariaDB → PostgreSQL", "mariadb | psql", 0.75, "MariaDb", "IntoTable") {
        @Override
        Optional<String> lacking() {
            return MariaDbServer.lacking();
        }

        @Override
        void prepare(Stores stores) throws Exception {
            stores.mariaDb();
        }

        @Override
        Measured reference(Stores stores) throws Exception {
            return stores.shell(stores.mariaDb().client("select * from lineitem")
                    + " | "
                    + stores.psql("copy copied.lineitem from stdin"));
        }

        @Override
        void check(Stores stores) throws Exception {
            stores.checks().table();
        }
    },
    PARQUET_PARQUET("Parquet snappy → Parquet zstd", "DuckDB", 0.9, "Parquet", "ParquetOut") {
        @Override
        void prepare(Stores stores) throws Exception {
            stores.parquet();
        }

        @Override
        Measured reference(Stores stores) throws Exception {
            return stores.duckDb(
                    DuckDbPeer.fromParquet(stores.parquet(), stores.out().resolve("out.parquet")));
        }

        @Override
        void check(Stores stores) throws Exception {
            stores.checks().parquet(stores.out().resolve("*.parquet"));
        }
    },
    CSV_BLOB("CSV → Parquet in an Azurite blob", "DuckDB to a file, then put", 0.85, "Csv", "BlobOut") {
        @Override
        Optional<String> lacking() {
            return Programs.onPath("npm") ? Optional.empty() : Optional.of("Azurite needs npm");
        }

        @Override
        void prepare(Stores stores) throws Exception {
            stores.csv();
            stores.blobs();
        }

        @Override
        Measured reference(Stores stores) throws Exception {
            Path file = stores.out().resolve("out.parquet");
            return stores.duckDb(
                    DuckDbPeer.fromCsv(stores.csv(), file), stores.blobs().connectionString(), file.toString());
        }

        @Override
        void check(Stores stores) throws Exception {
            stores.blobs().download(stores.out());
            stores.checks().parquet(stores.out().resolve("out.parquet"));
        }
    };

    private final String title;
    private final String peer;
    private final double target;
    private final String from;
    private final String to;

    Workload(String title, String peer, double target, String from, String to) {
        this.title = title;
        this.peer = peer;
        this.target = target;
        this.from = from;
        this.to = to;
    }

    /// @throws IllegalArgumentException when there is none of that name
    static Workload named(String name) {
        return Arrays.stream(values())
                .filter(w -> w.name().equalsIgnoreCase(name.strip().replace('-', '_')))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no workload '" + name + "': " + List.of(values())));
    }

    String title() {
        return title;
    }

    String peer() {
        return peer;
    }

    /// Most of the reference's wall time.
    double target() {
        return target;
    }

    /// What this machine lacks for it.
    Optional<String> lacking() {
        return Programs.onPath("psql") ? Optional.empty() : Optional.of("there is no psql");
    }

    /// Makes what is read. Not measured.
    void prepare(Stores stores) throws Exception {}

    /// Removes what an earlier run wrote, and lets the server write out what it has in memory. Not measured.
    void clean(Stores stores) throws Exception {
        stores.clean();
        Files.createDirectories(stores.out());
    }

    abstract Measured reference(Stores stores) throws Exception;

    Measured sluice(Stores stores) throws Exception {
        return stores.sluice(from, to);
    }

    /// @throws IllegalStateException when the rows written are not those that were read
    abstract void check(Stores stores) throws Exception;
}
