package dev.sluice.ssis.engine.connection;

import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.packages.ConnectionManager;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What drivers say when connecting fails, as faults.
final class SqlProblems {
    /// 18456 SQL Server, 1045/1698 MySQL, 1017 Oracle.
    private static final Set<Integer> LOGIN = Set.of(18456, 18452, 1045, 1698, 1017);

    /// 4060 SQL Server, 1049 MySQL.
    private static final Set<Integer> DATABASE = Set.of(4060, 1049);

    private SqlProblems() {}

    static ProblemException connecting(ConnectionManager manager, Address address, SQLException e) {
        return fault(address, e)
                .problem()
                .at(manager.refId())
                .evidence("connection", manager.name())
                .evidence("server", address.place().shown())
                .evidence("database", address.place().database())
                .evidence("user", user(address))
                .evidence("provider", address.product().title())
                .evidence("driver", address.product().driver())
                .evidence("detail", detail(e))
                .evidence("sqlState", e.getSQLState())
                .evidence("nativeCode", e.getErrorCode())
                .evidence("ssisCode", "0xC020801C")
                .from(e)
                .exception();
    }

    private static String user(Address address) {
        String user = address.properties().getProperty("user");
        return user == null
                ? address.properties().containsKey("integratedSecurity") ? "(integrated security)" : "(none)"
                : user;
    }

    private static Fault fault(Address address, SQLException e) {
        List<Throwable> chain = chain(e);
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.startsWith("28")
                || LOGIN.contains(e.getErrorCode())
                || address.properties().containsKey("integratedSecurity") && kerberos(chain)) {
            return SsisRunFaults.CONNECTION_LOGIN;
        }
        if (state.equals("3D000") || DATABASE.contains(e.getErrorCode())) {
            return SsisRunFaults.CONNECTION_DATABASE;
        }
        return network(chain) || state.startsWith("08") || e instanceof SQLTransientConnectionException
                ? SsisRunFaults.CONNECTION_NETWORK
                : SsisRunFaults.CONNECTION_FAILED;
    }

    private static boolean kerberos(List<Throwable> chain) {
        return chain.stream()
                .anyMatch(t -> t.getClass().getName().contains("Login")
                        || String.valueOf(t.getMessage())
                                .toLowerCase(Locale.ROOT)
                                .contains("kerberos"));
    }

    /// Whether trying again may help: the server was not reached.
    static boolean network(SQLException e, Address address) {
        return fault(address, e) == SsisRunFaults.CONNECTION_NETWORK;
    }

    private static boolean network(List<Throwable> chain) {
        return chain.stream()
                .anyMatch(t -> t instanceof UnknownHostException
                        || t instanceof ConnectException
                        || t instanceof NoRouteToHostException
                        || t instanceof SocketTimeoutException);
    }

    /// The driver's words, and what the network said below them: name, port or firewall.
    private static String detail(SQLException e) {
        String below = chain(e).stream()
                .map(SqlProblems::meaning)
                .filter(m -> !m.isEmpty())
                .findFirst()
                .orElse("");
        return (below.isEmpty() ? "" : below + "; ") + e.getMessage();
    }

    private static String meaning(Throwable t) {
        return switch (t) {
            case UnknownHostException u -> "the host name cannot be resolved";
            case ConnectException c
            when String.valueOf(c.getMessage()).contains("refused") ->
                "the host answers, but nothing listens on that port";
            case SocketTimeoutException s -> "the host does not answer; a firewall may drop the packets";
            case NoRouteToHostException n -> "there is no route to the host";
            default -> "";
        };
    }

    private static List<Throwable> chain(Throwable e) {
        List<Throwable> chain = new ArrayList<>();
        for (@Nullable Throwable at = e; at != null && chain.size() < 20 && !chain.contains(at); at = at.getCause()) {
            chain.add(at);
        }
        return chain;
    }
}
