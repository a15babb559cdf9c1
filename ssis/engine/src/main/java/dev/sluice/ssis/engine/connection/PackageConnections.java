package dev.sluice.ssis.engine.connection;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.Transaction;
import dev.sluice.ssis.packages.ConnectionKind;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.SsisPackage;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connection managers that a package sees, for one execution: its own, those of its project, and the values that
/// an execution gives. Thread-safe. Close it when the execution is over: it closes what was retained.
public final class PackageConnections implements AutoCloseable {
    private static final Set<ConnectionKind> DATABASES = Set.of(
            ConnectionKind.OLE_DB,
            ConnectionKind.ADO_NET,
            ConnectionKind.ADO,
            ConnectionKind.ODBC,
            ConnectionKind.ORACLE,
            ConnectionKind.TERADATA,
            ConnectionKind.SMO_SERVER,
            ConnectionKind.EXCEL);

    private static final int MOST_RETRIES = 255;
    private static final int LONGEST_INTERVAL = 3_600;

    private final SsisPackage definition;
    private final List<ConnectionManager> project;
    private final Map<String, String> overrides;
    private final Addresses addresses;
    private final Limits limits;
    private final Map<ConnectionManager, Retained> retained = new ConcurrentHashMap<>();
    private final Map<ConnectionManager, Semaphore> places = new ConcurrentHashMap<>();
    private final Map<String, Object> kept = new ConcurrentHashMap<>();

    /// @param open connections of one manager at a time; who wants more waits for one that is given back
    /// @param waiting seconds that it waits at most
    /// @param pause between attempts to connect
    public record Limits(int open, int waiting, Pause pause) {
        public static final Limits DEFAULT = new Limits(64, 300, TimeUnit.SECONDS::sleep);
    }

    /// Waits.
    public interface Pause {
        void seconds(long seconds) throws InterruptedException;
    }

    private static final class Retained {
        @Nullable
        Connection connection;
    }

    /// @param overrides `name.property` to value, e.g. `Warehouse.ConnectionString` to a connection string or a JDBC
    ///     address; names without regard to case
    public PackageConnections(
            SsisPackage definition,
            List<ConnectionManager> project,
            Map<String, String> overrides,
            PathMap paths,
            Limits limits) {
        this.definition = definition;
        this.project = List.copyOf(project);
        this.overrides = new LinkedHashMap<>();
        overrides.forEach((name, value) -> this.overrides.put(name.toLowerCase(Locale.ROOT), value));
        this.addresses = new Addresses(paths);
        this.limits = limits;
    }

    /// Whether managers of that kind are databases, which [#open] opens.
    public static boolean database(ConnectionKind kind) {
        return DATABASES.contains(kind);
    }

    /// What has to be given before a saved database connection can be opened: an address for a provider without a
    /// driver of its own here (I04).
    public static Optional<dev.sluice.diagnosis.Problem> lacking(ConnectionManager manager) {
        Product product = Addresses.product(manager, ConnectionText.parse(manager.connectionString()));
        boolean known = switch (product) {
            case SQL_SERVER, POSTGRESQL, MYSQL, SQLITE, ANY -> true;
            case ORACLE, DB2, SYBASE, TERADATA, ANALYSIS_SERVICES, OFFICE, UNKNOWN -> false;
        };
        boolean excel = manager.kind() == ConnectionKind.EXCEL;
        return known || excel
                ? Optional.empty()
                : Optional.of(Addresses.noDriver(manager, Addresses.shown(manager, product))
                        .problem());
    }

    /// The connection manager a reference means.
    ///
    /// @param refId of who refers to it
    /// @param user the same for people: `task 'Load'`
    /// @throws ProblemException I05: which task or component refers to which connection that is not there
    public ConnectionManager require(String reference, String refId, String user) {
        return definition
                .connection(reference, project)
                .orElseThrow(() -> SsisFaults.CONNECTION_MISSING
                        .problem()
                        .at(refId)
                        .evidence("connection", reference.isEmpty() ? "(none)" : reference)
                        .evidence("user", user)
                        .evidence("ssisCode", "0xC001000E")
                        .exception());
    }

    /// As [#require]; empty where there is none.
    public Optional<ConnectionManager> find(String reference) {
        return definition.connection(reference, project);
    }

    public ConnectionManager require(TaskCall call, String reference) {
        return require(reference, call.task().refId(), "task '" + call.task().name() + "'");
    }

    /// The connection string a task's reference means.
    public String text(TaskCall call, String reference) {
        return text(require(call, reference), call.scope());
    }

    /// The connection string: what the execution gives, else the value of an expression, else what is saved.
    public String text(ConnectionManager manager, Scope scope) {
        return setting(manager, scope, "ConnectionString").orElse("");
    }

    /// A property of a connection manager, by the same order.
    public Optional<String> setting(ConnectionManager manager, Scope scope, String property) {
        String given = overrides.get((manager.name() + "." + property).toLowerCase(Locale.ROOT));
        if (given != null) {
            return Optional.of(given);
        }
        String expression = manager.expressions().get(property);
        if (expression != null) {
            Object value = scope.evaluate(expression);
            return Optional.of(value == null ? "" : value.toString());
        }
        return manager.settings()
                .text(property)
                .or(() -> manager.properties().text(property))
                .or(() -> manager.secret(property));
    }

    /// Opens a connection for a task, within the task's transaction where there is one.
    public Session open(TaskCall call, String reference) throws InterruptedException {
        return open(require(call, reference), call.scope(), call.transaction());
    }

    /// What data flows leave for later ones of the execution: rows of Cache connection managers.
    public Map<String, Object> kept() {
        return kept;
    }

    /// Opens a connection to a database, or takes the one that is retained.
    ///
    /// @param transaction to take part in; null for none
    /// @throws ProblemException I03, I04: what could not be reached, who was refused, which driver is not there
    public Session open(ConnectionManager manager, Scope scope, @Nullable Transaction transaction)
            throws InterruptedException {
        Address address = address(manager, scope);
        boolean retains = retains(manager);
        if (transaction instanceof SqlTransaction t) {
            return t.join(
                    manager,
                    () -> retains ? retained(manager, address).connection() : connected(manager, address),
                    retains);
        }
        if (retains) {
            return retained(manager, address);
        }
        Semaphore free = places.computeIfAbsent(manager, m -> new Semaphore(limits.open(), true));
        if (!free.tryAcquire(limits.waiting(), TimeUnit.SECONDS)) {
            throw SsisRunFaults.CONNECTION_LIMIT
                    .problem()
                    .at(manager.refId())
                    .evidence("connection", manager.name())
                    .evidence("limit", limits.open())
                    .evidence("seconds", limits.waiting())
                    .exception();
        }
        try {
            Connection connection = connected(manager, address);
            return new Session(connection, false, () -> {
                closed(connection);
                free.release();
            });
        } catch (RuntimeException | InterruptedException e) {
            free.release();
            throw e;
        }
    }

    /// A transaction for a container that needs one. Its connection is opened when a task first asks for it.
    public Transaction begin(String owner, int isolation) {
        return new SqlTransaction(owner, isolation);
    }

    private static boolean retains(ConnectionManager manager) {
        return manager.settings().flag("Retain", manager.settings().flag("RetainSameConnection", false));
    }

    /// The one connection of a manager.
    private Session retained(ConnectionManager manager, Address address) throws InterruptedException {
        Retained one = retained.computeIfAbsent(manager, m -> new Retained());
        synchronized (one) {
            Connection current = one.connection;
            if (current == null || isClosed(current)) {
                current = connected(manager, address);
                one.connection = current;
            }
            return new Session(current, true, () -> {});
        }
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /// A connection that cannot be closed is of no use to anybody; the server ends it when the socket is gone.
    private static void closed(Connection connection) {
        try {
            connection.close();
        } catch (SQLException ignored) {
            // See above.
        }
    }

    private Address address(ConnectionManager manager, Scope scope) throws InterruptedException {
        if (!database(manager.kind()) && !text(manager, scope).startsWith("jdbc:")) {
            throw SsisRunFaults.CONNECTION_NO_DATABASE
                    .problem()
                    .at(manager.refId())
                    .evidence("connection", manager.name())
                    .evidence("type", manager.creationName())
                    .exception();
        }
        Map<String, String> parts = new LinkedHashMap<>();
        part(manager, scope, "ServerName", "Data Source", parts);
        part(manager, scope, "InitialCatalog", "Initial Catalog", parts);
        String text = text(manager, scope);
        String user = given(manager, scope, "UserName").orElse("");
        String password = given(manager, scope, "Password")
                .or(() -> manager.secret("Password"))
                .orElse("");
        String whole = parts.isEmpty() ? text : spelled(text, parts);
        boolean identity = setting(manager, scope, "ConnectUsingManagedIdentity")
                .filter(v -> v.equalsIgnoreCase("true") || v.equals("1") || v.equals("-1"))
                .isPresent();
        return identity
                ? ManagedIdentity.ofThisMachine().over(manager, whole, addresses.of(manager, whole, "", ""))
                : addresses.of(manager, whole, user, password);
    }

    /// Properties of a manager that stand for parts of its text, where something gives them.
    private void part(
            ConnectionManager manager, Scope scope, String property, String keyword, Map<String, String> parts) {
        given(manager, scope, property).ifPresent(value -> parts.put(keyword, value));
    }

    /// A property of a connection manager, where an override or an expression gives it.
    public Optional<String> given(ConnectionManager manager, Scope scope, String property) {
        boolean given = overrides.containsKey((manager.name() + "." + property).toLowerCase(Locale.ROOT))
                || manager.expressions().containsKey(property);
        return given ? setting(manager, scope, property) : Optional.empty();
    }

    private static String spelled(String text, Map<String, String> parts) {
        if (text.startsWith("jdbc:")) {
            return text;
        }
        StringBuilder all = new StringBuilder();
        ConnectionText.parse(text)
                .with(parts)
                .values()
                .forEach((k, v) -> all.append(k)
                        .append("=\"")
                        .append(v.replace("\"", "\"\""))
                        .append("\";"));
        return all.toString();
    }

    /// Connects, as often as ConnectRetryCount says while the network is what fails (I02).
    private Connection connected(ConnectionManager manager, Address address) throws InterruptedException {
        int retries = Math.clamp(number(manager, "ConnectRetryCount", 0), 0, MOST_RETRIES);
        int interval = Math.clamp(number(manager, "ConnectRetryInterval", 5), 0, LONGEST_INTERVAL);
        for (int attempt = 0; ; attempt++) {
            try {
                return DriverManager.getConnection(address.url(), address.properties());
            } catch (SQLException e) {
                if (noDriver(address)) {
                    throw Addresses.noDriver(manager, address.product().title());
                }
                if (attempt >= retries || !SqlProblems.network(e, address)) {
                    throw SqlProblems.connecting(manager, address, e);
                }
            }
            limits.pause().seconds(interval);
        }
    }

    private static int number(ConnectionManager manager, String property, int otherwise) {
        return ConnectionText.parse(manager.connectionString())
                .value(property)
                .filter(t -> t.matches("\\d{1,6}"))
                .map(Integer::parseInt)
                .orElse(manager.settings().number(property, manager.properties().number(property, otherwise)));
    }

    private static boolean noDriver(Address address) {
        try {
            DriverManager.getDriver(address.url());
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    @Override
    public void close() {
        retained.values().forEach(one -> {
            synchronized (one) {
                Connection open = one.connection;
                one.connection = null;
                if (open != null) {
                    closed(open);
                }
            }
        });
    }
}
