package dev.sluice.connectors.jdbc.systems;

import static dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded;

import dev.sluice.connectors.jdbc.relational.Dialect.Upsert;
import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.RelationalConnector;
import dev.sluice.data.batch.DataType.Kind;

/// ClickHouse. It has no transactions: a batch is seen as soon as it is written, and rows are never changed.
public final class ClickHouseConnector extends RelationalConnector {
    public ClickHouseConnector() {
        super(new SystemDialect(
                        "ClickHouse",
                        toBeAdded(
                                "com.clickhouse.jdbc.ClickHouseDriver", "clickhouse", "com.clickhouse:clickhouse-jdbc"),
                        "jdbc:clickhouse://{server}:{port}/{database}",
                        8_123)
                .serves("ClickHouse")
                .property("ssl", "ssl")
                .withoutTransactions()
                .upsert(Upsert.NONE)
                .counts("SELECT total_rows FROM system.tables WHERE name = ?"
                        + " AND database = COALESCE(?, currentDatabase())")
                .declares(Kind.BOOLEAN, "Nullable(Bool)")
                .declares(Kind.INT8, "Nullable(Int8)")
                .declares(Kind.UINT8, "Nullable(UInt8)")
                .declares(Kind.INT16, "Nullable(Int16)")
                .declares(Kind.UINT16, "Nullable(UInt16)")
                .declares(Kind.INT32, "Nullable(Int32)")
                .declares(Kind.UINT32, "Nullable(UInt32)")
                .declares(Kind.INT64, "Nullable(Int64)")
                .declares(Kind.UINT64, "Nullable(UInt64)")
                .declares(Kind.FLOAT32, "Nullable(Float32)")
                .declares(Kind.FLOAT64, "Nullable(Float64)")
                .declares(Kind.DECIMAL, "Nullable(Decimal({p},{s}))")
                .declares(Kind.DATE, "Nullable(Date32)")
                .declares(Kind.TIME, "Nullable(String)")
                .declares(Kind.TIMESTAMP, "Nullable(DateTime64({s}))")
                .declares(Kind.INSTANT, "Nullable(DateTime64({s}, 'UTC'))")
                .declares(Kind.DURATION, "Nullable(String)")
                .declares(Kind.STRING, "Nullable(String)")
                .declares(Kind.BINARY, "Nullable(String)")
                .declares(Kind.GUID, "Nullable(UUID)")
                .means(Meaning.WRONG_PASSWORD, 516)
                .means(Meaning.DATABASE_MISSING, 81)
                .means(Meaning.TABLE_MISSING, 60)
                .means(Meaning.DENIED, 497));
    }
}
