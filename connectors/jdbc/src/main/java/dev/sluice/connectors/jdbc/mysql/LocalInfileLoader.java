package dev.sluice.connectors.jdbc.mysql;

import dev.sluice.connectors.jdbc.relational.LoadTarget;
import dev.sluice.connectors.jdbc.relational.Loader;
import dev.sluice.connectors.jdbc.relational.RelationalColumn;
import dev.sluice.connectors.jdbc.relational.Session;
import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import java.io.IOException;
import java.io.InputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One `LOAD DATA LOCAL INFILE`, whose content comes from batches: the driver pulls it on a thread of its own while the
/// writer's thread encodes the next portion.
final class LocalInfileLoader implements Loader {
    private static final int PORTION_BYTES = 256 << 10;
    private static final int PORTIONS = 4;
    private static final byte[] END = new byte[0];

    private final LoadTarget target;
    private final InfileText text;
    private final BlockingQueue<byte[]> portions = new ArrayBlockingQueue<>(PORTIONS);
    private volatile boolean cancelled;
    private volatile boolean over;
    private volatile @Nullable SQLException failure;
    private volatile @Nullable Statement statement;
    private volatile long bytes;
    private @Nullable Thread loading;
    private long sent;
    private volatile long taken;
    private volatile @Nullable String warning;

    LocalInfileLoader(LoadTarget target) {
        this.target = target;
        this.text = new InfileText(
                target.incoming().fields().stream().map(Field::type).toList());
    }

    /// Whether the server lets clients send files.
    static boolean isAllowed(Session session) {
        return session.query("SELECT @@local_infile", new Step("session", "read"), r -> r.getInt(1) == 1)
                .getFirst();
    }

    private String sql() {
        List<String> names = new ArrayList<>();
        List<String> set = new ArrayList<>();
        for (int i = 0; i < target.columns().size(); i++) {
            RelationalColumn column = target.columns().get(i);
            String own = target.session().dialect().quote(column.name());
            DataType type = target.incoming().field(i).type();
            if (type.kind() == DataType.Kind.BINARY) {
                names.add("@v" + i);
                set.add(own + " = UNHEX(@v" + i + ")");
            } else if (column.declared().equals("BIT")) {
                names.add("@v" + i);
                set.add(own + " = CAST(@v" + i + " AS UNSIGNED)");
            } else {
                names.add(own);
            }
        }
        return "LOAD DATA LOCAL INFILE 'batches' INTO TABLE " + target.sql()
                + " CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' ("
                + String.join(", ", names) + ")" + (set.isEmpty() ? "" : " SET " + String.join(", ", set));
    }

    @Override
    public void load(Batch batch) throws SQLException {
        started();
        for (int row = 0; row < batch.rows(); row++) {
            text.row(batch, row);
            if (text.length() >= PORTION_BYTES) {
                send();
            }
        }
        sent += batch.rows();
    }

    private void started() {
        if (loading == null) {
            loading = Thread.ofPlatform().name("load " + target.table()).start(this::run);
        }
    }

    /// The thread that holds the connection while rows flow.
    private void run() {
        try {
            target.session().connection(c -> {
                try (Statement s = c.createStatement()) {
                    statement = s;
                    s.unwrap(org.mariadb.jdbc.Statement.class).setLocalInfileInputStream(new Portions());
                    if (target.options().batchSeconds() > 0) {
                        s.setQueryTimeout(target.options().batchSeconds());
                    }
                    taken = s.executeLargeUpdate(sql());
                    warning = warning(s);
                }
                return true;
            });
        } catch (SQLException e) {
            failure = e;
        } catch (RuntimeException | Error e) {
            failure = new SQLException(e.toString(), e);
        } finally {
            over = true;
            portions.clear();
        }
    }

    /// The first warning, if any: with LOCAL the server goes on where it would otherwise stop.
    private static @Nullable String warning(Statement s) throws SQLException {
        try (ResultSet r = s.executeQuery("SHOW WARNINGS")) {
            while (r.next()) {
                if (!r.getString(1).equalsIgnoreCase("Note")) {
                    return r.getInt(2) + ": " + r.getString(3);
                }
            }
        }
        return null;
    }

    private void send() throws SQLException {
        if (text.length() == 0) {
            return;
        }
        byte[] portion = java.util.Arrays.copyOf(text.bytes(), text.length());
        text.clear();
        offer(portion);
        bytes = bytes + portion.length;
    }

    private void offer(byte[] portion) throws SQLException {
        try {
            while (!portions.offer(portion, 100, TimeUnit.MILLISECONDS)) {
                if (over || cancelled) {
                    throw ended();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", e);
        }
        if (over && portion.length > 0) {
            throw ended();
        }
    }

    private SQLException ended() {
        SQLException known = failure;
        return known != null ? known : new SQLException("the load has ended before its rows", "08003");
    }

    @Override
    public long finish() throws SQLException {
        if (loading == null) {
            return 0;
        }
        send();
        offer(END);
        join();
        SQLException known = failure;
        if (known != null) {
            throw known;
        }
        if (warning != null || taken != sent) {
            throw new SQLException(
                    warning != null ? warning : "of " + sent + " rows the server took " + taken, "22000", 1366);
        }
        return taken;
    }

    private void join() throws SQLException {
        Thread thread = loading;
        if (thread != null) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLException("interrupted", e);
            }
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void cancel() {
        cancelled = true;
        portions.clear();
        Statement s = statement;
        if (s != null && !over) {
            try {
                s.cancel();
            } catch (SQLException e) {
                System.getLogger(LocalInfileLoader.class.getName())
                        .log(System.Logger.Level.DEBUG, "cancel not delivered", e);
            }
        }
    }

    @Override
    public void close() {
        if (loading != null && !over) {
            cancel();
            try {
                join();
            } catch (SQLException e) {
                System.getLogger(LocalInfileLoader.class.getName()).log(System.Logger.Level.DEBUG, "left", e);
            }
        }
    }

    /// What the driver reads.
    private final class Portions extends InputStream {
        private byte[] current = END;
        private int at;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (at == current.length && !next()) {
                return -1;
            }
            int count = Math.min(length, current.length - at);
            System.arraycopy(current, at, into, offset, count);
            at += count;
            return count;
        }

        private boolean next() throws IOException {
            if (ended) {
                return false;
            }
            try {
                byte[] portion = null;
                while (portion == null) {
                    if (cancelled) {
                        throw new IOException("the load was cancelled");
                    }
                    portion = portions.poll(100, TimeUnit.MILLISECONDS);
                }
                current = portion;
                at = 0;
                ended = portion.length == 0;
                return !ended;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }
}
