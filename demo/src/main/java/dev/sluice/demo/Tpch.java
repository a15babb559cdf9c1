package dev.sluice.demo;

import io.trino.tpch.TpchTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// The TPC-H tables that demo and benchmarks copy: made by a generator library, loaded into PostgreSQL.
public enum Tpch {
    CUSTOMER(
            TpchTable.CUSTOMER,
            "c_custkey bigint NOT NULL, c_name varchar(25) NOT NULL, c_address varchar(40) NOT NULL,"
                    + " c_nationkey int NOT NULL, c_phone varchar(15) NOT NULL, c_acctbal decimal(15,2) NOT NULL,"
                    + " c_mktsegment varchar(10) NOT NULL, c_comment varchar(117) NOT NULL"),
    ORDERS(
            TpchTable.ORDERS,
            "o_orderkey bigint NOT NULL, o_custkey bigint NOT NULL, o_orderstatus varchar(1) NOT NULL,"
                    + " o_totalprice decimal(15,2) NOT NULL, o_orderdate date NOT NULL,"
                    + " o_orderpriority varchar(15) NOT NULL, o_clerk varchar(15) NOT NULL,"
                    + " o_shippriority int NOT NULL, o_comment varchar(79) NOT NULL"),
    LINEITEM(
            TpchTable.LINE_ITEM,
            "l_orderkey bigint NOT NULL, l_partkey bigint NOT NULL, l_suppkey bigint NOT NULL,"
                    + " l_linenumber int NOT NULL, l_quantity decimal(15,2) NOT NULL,"
                    + " l_extendedprice decimal(15,2) NOT NULL, l_discount decimal(15,2) NOT NULL,"
                    + " l_tax decimal(15,2) NOT NULL, l_returnflag varchar(1) NOT NULL,"
                    + " l_linestatus varchar(1) NOT NULL, l_shipdate date NOT NULL, l_commitdate date NOT NULL,"
                    + " l_receiptdate date NOT NULL, l_shipinstruct varchar(25) NOT NULL,"
                    + " l_shipmode varchar(10) NOT NULL, l_comment varchar(44) NOT NULL");

    private final TpchTable<?> table;
    private final String columns;

    Tpch(TpchTable<?> table, String columns) {
        this.table = table;
        this.columns = columns;
    }

    /// Name in the database.
    public String tableName() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /// Its columns as SQL declares them.
    public String columns() {
        return columns;
    }

    public List<String> columnNames() {
        return java.util.Arrays.stream(columns.split(", ?(?=[a-z]_)"))
                .map(c -> c.strip().split(" ")[0])
                .toList();
    }

    /// Creates the empty table in a schema.
    public void create(Connection connection, String schema) throws SQLException {
        try (Statement s = connection.createStatement()) {
            s.execute("CREATE TABLE " + schema + "." + tableName() + " (" + columns + ")");
        }
    }

    /// Generates the rows of that scale factor and loads them.
    ///
    /// @return rows loaded
    public long load(Connection connection, String schema, double scale) throws SQLException, IOException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + schema + "." + tableName() + " FROM STDIN (DELIMITER '|')");
        try {
            Iterator<? extends io.trino.tpch.TpchEntity> rows =
                    table.createGenerator(scale, 1, 1).iterator();
            StringBuilder lines = new StringBuilder();
            while (rows.hasNext()) {
                // The generator ends each line with a delimiter, which COPY would take for one more column.
                String line = rows.next().toLine();
                lines.append(line, 0, line.length() - 1).append('\n');
                if (lines.length() > (1 << 18)) {
                    send(copy, lines);
                }
            }
            send(copy, lines);
            return copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void send(CopyIn copy, StringBuilder lines) throws SQLException {
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        lines.setLength(0);
    }
}
