package dev.sluice.ssis.engine.dataflow.database;

import dev.sluice.ssis.engine.dataflow.Connections;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Component.Disposition;
import dev.sluice.ssis.packages.ComponentKind;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;

/// OLE DB, ADO.NET, ODBC, Oracle, Teradata and SQL Server Destination. Fast load inserts many rows by one statement and
/// is all or nothing per statement, as the product is per batch; otherwise a row that the table refuses leaves alone.
public final class TableDestination implements Operator {
    private static final int CANNOT_INSERT = 0xC020907D;

    private final Wiring wiring;

    public TableDestination(Wiring wiring) {
        this.wiring = wiring;
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException {
        try (Connections.Session session = wiring.around().connections().open(wiring.connection())) {
            Connection connection = session.connection();
            boolean auto = connection.getAutoCommit();
            if (!session.shared()) {
                connection.setAutoCommit(false);
            }
            boolean done = false;
            try (RowInserts inserts = inserts(connection)) {
                Runnable stop = inserts::cancel;
                wiring.around().onStop(stop);
                try {
                    write(in, out, session, inserts);
                    done = true;
                } finally {
                    wiring.around().offStop(stop);
                }
            } finally {
                if (!session.shared()) {
                    if (!done) {
                        connection.rollback();
                    }
                    connection.setAutoCommit(auto);
                }
            }
        }
    }

    private void write(Inputs in, Outputs out, Connections.Session session, RowInserts inserts)
            throws IOException, SQLException, InterruptedException {
        long most = fast() ? wiring.number("FastLoadMaxInsertCommitSize", Integer.MAX_VALUE) : 0;
        long open = 0;
        long rows = 0;
        RowErrors errors = new RowErrors(wiring);
        for (Buffer buffer = in.next(0); buffer != null; buffer = in.next(0)) {
            errors.begin(buffer.rows());
            rows += inserts.insert(buffer, errors);
            errors.send(buffer, out);
            open += buffer.rows();
            boolean full = fast() ? most > 0 && open >= most : true;
            if (full && !session.shared()) {
                session.connection().commit();
                open = 0;
            }
        }
        if (!session.shared()) {
            session.connection().commit();
        }
        wiring.around().information("\"" + wiring.component().name() + "\" wrote " + rows + " rows.");
    }

    private boolean fast() {
        Component c = wiring.component();
        return switch (c.kind()) {
            case OLE_DB_DESTINATION -> wiring.number("AccessMode", 0) >= 3;
            case ADO_NET_DESTINATION -> wiring.flag("UseBulkInsertWhenPossible", true);
            case ODBC_DESTINATION, ORACLE_DESTINATION, TERADATA_DESTINATION -> wiring.number("InsertMethod", 1) == 1;
            default -> true;
        };
    }

    private RowInserts inserts(Connection connection) throws SQLException {
        TableName table = TableName.of(wiring, connection, tableText());
        boolean sqlServer = connection
                .getMetaData()
                .getDatabaseProductName()
                .toLowerCase(Locale.ROOT)
                .contains("microsoft sql server");
        boolean oleFast = fast() && wiring.component().kind() == ComponentKind.OLE_DB_DESTINATION;
        boolean keepIdentity = !oleFast || wiring.flag("FastLoadKeepIdentity", false);
        if (keepIdentity && oleFast && sqlServer) {
            try (var statement = connection.createStatement()) {
                statement.execute("SET IDENTITY_INSERT " + table.sql() + " ON");
            }
        }
        return new RowInserts(
                wiring,
                connection,
                table,
                new RowInserts.Mode(
                        fast(),
                        keepIdentity,
                        !oleFast || wiring.flag("FastLoadKeepNulls", false),
                        CANNOT_INSERT,
                        disposition()));
    }

    private Disposition disposition() {
        Disposition d = wiring.component().inputs().getFirst().onError();
        return d == Disposition.NOT_USED ? Disposition.FAIL_COMPONENT : d;
    }

    private String tableText() {
        Component c = wiring.component();
        return switch (c.kind()) {
            case OLE_DB_DESTINATION ->
                switch (wiring.number("AccessMode", 0)) {
                    case 0, 3 -> c.property("OpenRowset");
                    case 1, 4 ->
                        Objects.toString(
                                wiring.around()
                                        .call()
                                        .scope()
                                        .require(c.property("OpenRowsetVariable"))
                                        .value(),
                                "");
                    default ->
                        throw wiring.invalid(
                                "a query as its target is not available here; name the table or view", Codes.PROPERTY);
                };
            case ADO_NET_DESTINATION -> c.property("TableOrViewName");
            case SQL_SERVER_DESTINATION -> c.property("BulkInsertTableName");
            default -> c.property("TableName");
        };
    }
}
