package dev.sluice.connectors.jdbc.systems;

import dev.sluice.connectors.jdbc.relational.ColumnMetadata;
import dev.sluice.connectors.jdbc.relational.Dialect;
import dev.sluice.connectors.jdbc.relational.DriverName;
import dev.sluice.connectors.jdbc.relational.LinkedServiceMembers;
import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.Partition;
import dev.sluice.connectors.jdbc.relational.Server;
import dev.sluice.connectors.jdbc.relational.Session;
import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.connectors.jdbc.relational.StandardTypes;
import dev.sluice.connectors.jdbc.relational.TableName;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A system described by data. Built once per connector class.
final class SystemDialect implements Dialect {
    private final String name;
    private final DriverName driver;
    private final String url;
    private final Set<String> services = new HashSet<>();
    private final Set<String> datasets = new HashSet<>();
    private final Set<String> sources = new HashSet<>();
    private final Set<String> sinks = new HashSet<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> passed = new HashMap<>();
    private final Map<DataType.Kind, String> declared = new EnumMap<>(DataType.Kind.class);
    private final Map<Integer, Meaning> codes = new HashMap<>();
    private int port;
    private boolean databaseNeeded = true;
    private boolean writes = true;
    private boolean transactional = true;
    private boolean definesInTransaction;
    private Upsert upsert = Upsert.MERGE;
    private @Nullable String rowCount;
    private @Nullable String partitions;
    private @Nullable String bucket;
    private @Nullable String hashColumn;
    private String emptyCopy = "CREATE TABLE %1$s AS SELECT %2$s FROM %3$s WHERE 1 = 0";

    /// @param url with `{server}`, `{port}`, `{database}` and names of members
    SystemDialect(String name, DriverName driver, String url, int port) {
        this.name = name;
        this.driver = driver;
        this.url = url;
        this.port = port;
        names.putAll(LinkedServiceMembers.USUAL);
    }

    /// Data Factory's words: linked service `X`, dataset `XTable`, source `XSource`, sink `XSink`.
    SystemDialect serves(String... types) {
        for (String type : types) {
            services.add(type);
            datasets.add(type + "Table");
            sources.add(type + "Source");
            sinks.add(type + "Sink");
        }
        return this;
    }

    SystemDialect dataset(String type) {
        datasets.add(type);
        return this;
    }

    /// A member, under the spelling of a connection string, that becomes a property of the driver.
    SystemDialect property(String spelling, String property) {
        names.put(spelling, property);
        passed.put(property, property);
        return this;
    }

    /// A member that stands in the URL, or that says nothing here.
    SystemDialect member(String spelling, String member) {
        names.put(spelling, member);
        return this;
    }

    /// A property that is always set.
    SystemDialect always(String property, String value) {
        properties.put(property, value);
        return this;
    }

    SystemDialect declares(DataType.Kind kind, String type) {
        declared.put(kind, type);
        return this;
    }

    SystemDialect means(Meaning meaning, int... vendorCodes) {
        for (int code : vendorCodes) {
            codes.put(code, meaning);
        }
        return this;
    }

    SystemDialect withoutDatabase() {
        databaseNeeded = false;
        return this;
    }

    SystemDialect readOnly() {
        writes = false;
        sinks.clear();
        return this;
    }

    SystemDialect withoutTransactions() {
        transactional = false;
        return this;
    }

    SystemDialect transactionalDefinitions() {
        definesInTransaction = true;
        return this;
    }

    SystemDialect upsert(Upsert way) {
        upsert = way;
        return this;
    }

    /// @param query how many rows a table has, by statistics; its two parameters are the table and its schema or null
    SystemDialect counts(String query) {
        rowCount = query;
        return this;
    }

    /// @param query a table's partitions: a name, and what stands for it between the parentheses of `PARTITION (…)`;
    ///     parameters as of [#counts]
    SystemDialect partitions(String query) {
        partitions = query;
        return this;
    }

    /// @param expression for [Dialect#bucket]: `%1$s` is the column, `%2$d` how many, `%3$d` one less
    SystemDialect hashes(String expression) {
        bucket = expression;
        return this;
    }

    /// @param query the columns by which a table's rows are spread; parameters as of [#counts]
    SystemDialect spreads(String query) {
        hashColumn = query;
        return this;
    }

    /// @param statement with `%1$s` for the new table, `%2$s` for columns, `%3$s` for the table they are from
    SystemDialect emptyCopy(String statement) {
        emptyCopy = statement;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ConnectorDescriptor descriptor() {
        List<FieldDescriptor> fields = new ArrayList<>();
        fields.add(new FieldDescriptor("connectionString", false, true, "name=value;… instead of the members below"));
        names.values().stream()
                .distinct()
                .sorted()
                .forEach(n -> fields.add(new FieldDescriptor(n, false, n.equals("password"), "see the guide")));
        return new ConnectorDescriptor(
                name, services, datasets, sources, sinks, Dialect.capabilities(writes, transactional), fields);
    }

    @Override
    public DriverName driver() {
        return driver;
    }

    @Override
    public Server server(Endpoint endpoint) {
        LinkedServiceMembers m = LinkedServiceMembers.of(endpoint, names);
        m.requireAuthentication("Basic", "Database", "Anonymous");
        LinkedServiceMembers.Address address = m.address(port);
        String database = databaseNeeded
                ? m.word("database")
                : m.settings().text("database").isPresent() ? m.word("database") : "";
        String filled = url.replace("{server}", address.host())
                .replace("{port}", String.valueOf(address.port()))
                .replace("{database}", database.replace(" ", "%20"));
        while (filled.contains("{")) {
            String member = filled.substring(filled.indexOf('{') + 1, filled.indexOf('}'));
            filled = filled.replace("{" + member + "}", m.word(member));
        }
        Map<String, String> all = new HashMap<>(properties);
        passed.keySet().forEach(p -> m.settings().text(p).ifPresent(v -> all.put(p, v)));
        return Server.of(m, filled, address.host(), address.port(), database, all);
    }

    @Override
    public boolean writes() {
        return writes;
    }

    @Override
    public boolean transactional() {
        return transactional;
    }

    @Override
    public boolean definesInTransaction() {
        return definesInTransaction;
    }

    @Override
    public Upsert upsert() {
        return upsert;
    }

    @Override
    public Optional<String> rowCount(TableName table) {
        return Optional.ofNullable(rowCount);
    }

    @Override
    public List<Partition> partitions(Session session, TableName table) {
        return partitions == null
                ? List.of()
                : session.query(
                        partitions,
                        new Step(table.toString(), "read"),
                        r -> new Partition(r.getString(1), table.sql(this) + " PARTITION (" + r.getString(2) + ")"),
                        countParameters(table).toArray());
    }

    @Override
    public Optional<String> bucket(String column, int count) {
        return Optional.ofNullable(bucket).map(b -> b.formatted(column, count, count - 1));
    }

    @Override
    public Optional<String> hashColumn(Session session, TableName table) {
        if (hashColumn == null) {
            return Optional.empty();
        }
        List<String> columns = session.query(
                hashColumn,
                new Step(table.toString(), "read"),
                r -> r.getString(1).strip(),
                countParameters(table).toArray());
        return columns.size() == 1 ? Optional.of(columns.getFirst()) : Optional.empty();
    }

    @Override
    public String emptyCopy(String table, String columns, String of) {
        return emptyCopy.formatted(table, columns, of);
    }

    @Override
    public DataType type(ColumnMetadata column) {
        return StandardTypes.of(column);
    }

    @Override
    public String declared(DataType type) {
        String own = declared.get(type.kind());
        return own == null
                ? StandardTypes.declared(type)
                : own.replace("{p}", String.valueOf(type.precision())).replace("{s}", String.valueOf(type.scale()));
    }

    @Override
    public void bind(PreparedStatement s, int index, Object value, DataType type) throws SQLException {
        switch (value) {
            case byte[] b -> s.setBytes(index, b);
            case java.util.UUID u when !declared(DataType.GUID).equals("UUID") -> s.setString(index, u.toString());
            default -> s.setObject(index, value);
        }
    }

    @Override
    public Optional<Meaning> meaning(SQLException e) {
        return Optional.ofNullable(codes.get(e.getErrorCode()));
    }
}
