package dev.sluice.ssis.engine.dataflow.database;

import dev.sluice.ssis.engine.dataflow.Connections;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.RowStage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Component.Disposition;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// OLE DB Command: a statement with `?`, once for every row. Its external columns are the parameters in order.
public final class RowCommand implements RowStage {
    private static final int FAILED = 0xC020906E;

    private final Wiring wiring;
    private final int main;
    private final int[] parameters;
    private final RowErrors errors;
    private Connections.@Nullable Session session;
    private @Nullable PreparedStatement statement;
    private boolean auto;

    public RowCommand(Wiring wiring) {
        this.wiring = wiring;
        this.main = wiring.mainOutputs()[0];
        this.errors = new RowErrors(wiring);
        Component.Input input = wiring.component().inputs().getFirst();
        this.parameters = new int
                [(int) wiring.component()
                        .property("SqlCommand")
                        .chars()
                        .filter(c -> c == '?')
                        .count()];
        java.util.Arrays.fill(parameters, -1);
        for (Component.InputColumn c : input.columns()) {
            for (int p = 0; p < input.external().size(); p++) {
                if (input.external().get(p).id().equals(c.externalId()) && p < parameters.length) {
                    parameters[p] = wiring.column(0, c.lineage());
                }
            }
        }
        for (int p = 0; p < parameters.length; p++) {
            if (parameters[p] < 0) {
                throw wiring.invalid("no column is mapped to its parameter " + p, Codes.INVALID);
            }
        }
    }

    @Override
    public void prepare() throws SQLException {
        Connections.Session opened = wiring.around().connections().open(wiring.connection());
        session = opened;
        Connection connection = opened.connection();
        auto = connection.getAutoCommit();
        if (!opened.shared()) {
            connection.setAutoCommit(false);
        }
        PreparedStatement prepared = connection.prepareStatement(
                Dialect.text(connection, wiring.component().property("SqlCommand")));
        prepared.setQueryTimeout(Math.max(0, wiring.number("CommandTimeout", 0)));
        statement = prepared;
    }

    private Disposition disposition() {
        Component.Output output = wiring.component().outputs().get(main);
        Disposition d = output.onError() == Disposition.NOT_USED
                ? wiring.component().inputs().getFirst().onError()
                : output.onError();
        return d == Disposition.NOT_USED ? Disposition.FAIL_COMPONENT : d;
    }

    @Override
    public void rows(Buffer buffer, Outputs out) throws IOException, SQLException, InterruptedException {
        Connections.Session opened = Objects.requireNonNull(session);
        PreparedStatement prepared = Objects.requireNonNull(statement);
        Bound.Given given = new Bound.Given(opened.connection());
        Disposition onError = disposition();
        errors.begin(buffer.rows());
        for (int row = 0; row < buffer.rows(); row++) {
            for (int p = 0; p < parameters.length; p++) {
                given.set(
                        prepared,
                        p + 1,
                        buffer.value(parameters[p], row),
                        Bound.sqlType(buffer.layout().column(parameters[p]).type()));
            }
            execute(opened.connection(), prepared, row, onError);
        }
        if (!opened.shared()) {
            opened.connection().commit();
        }
        errors.send(buffer, out);
        out.send(main, errors.kept(buffer.as(wiring.outputs().get(main))));
    }

    private void execute(Connection connection, PreparedStatement prepared, int row, Disposition onError)
            throws SQLException {
        Savepoint before =
                onError == Disposition.FAIL_COMPONENT || connection.getAutoCommit() ? null : connection.setSavepoint();
        try {
            prepared.execute();
            if (before != null) {
                connection.releaseSavepoint(before);
            }
        } catch (SQLException e) {
            if (before != null) {
                connection.rollback(before);
            }
            if (onError == Disposition.FAIL_COMPONENT) {
                throw e;
            }
            errors.redirected(
                    row, "", "(row)", onError, FAILED, Codes.FAILED_ON_ERROR, Objects.toString(e.getMessage(), ""));
        }
    }

    @Override
    public void close() {
        try {
            if (statement != null) {
                statement.close();
            }
            if (session != null && !session.shared()) {
                session.connection().rollback();
                session.connection().setAutoCommit(auto);
            }
        } catch (SQLException e) {
            wiring.around().warning(Codes.OLE_DB.number(), "A connection could not be given back: " + e.getMessage());
        }
        if (session != null) {
            session.close();
        }
        session = null;
        statement = null;
    }
}
