package dev.sluice.ssis.engine.logging;

import dev.sluice.ssis.engine.connection.Session;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

/// Where entries go. Not for several threads.
interface Target extends AutoCloseable {
    void write(Entry entry) throws IOException, SQLException;

    @Override
    void close() throws IOException, SQLException;

    /// Lines with commas between the fields, appended.
    record Text(Writer out) implements Target {
        private static final String HEAD =
                "#Fields: event,computer,operator,source,sourceid,executionid,starttime,endtime,datacode,databytes,message\n";

        static Text open(Path file) throws IOException {
            boolean fresh = !Files.exists(file) || Files.size(file) == 0;
            Writer out = Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (fresh) {
                out.write(HEAD);
            }
            return new Text(out);
        }

        @Override
        public void write(Entry e) throws IOException {
            out.write(String.join(
                            ",",
                            List.of(
                                    e.event(),
                                    "",
                                    "",
                                    e.source(),
                                    e.sourceId(),
                                    e.executionId(),
                                    e.at().toString(),
                                    e.at().toString(),
                                    String.valueOf(e.code()),
                                    "0x",
                                    e.message().replace('\r', ' ').replace('\n', ' ')))
                    + "\n");
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /// A document of its own for each execution.
    record Xml(Writer out) implements Target {
        static Xml open(Path file) throws IOException {
            Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
            out.write("<dtslogs>\n<dtslog>\n");
            return new Xml(out);
        }

        @Override
        public void write(Entry e) throws IOException {
            out.write("<record><event>" + text(e.event()) + "</event><message>" + text(e.message())
                    + "</message><computer/><operator/><source>" + text(e.source()) + "</source><sourceid>"
                    + text(e.sourceId()) + "</sourceid><executionid>" + text(e.executionId())
                    + "</executionid><starttime>"
                    + e.at() + "</starttime><endtime>" + e.at() + "</endtime><datacode>" + e.code()
                    + "</datacode><databytes>0x</databytes></record>\n");
            out.flush();
        }

        private static String text(String value) {
            return value.replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]", " ");
        }

        @Override
        public void close() throws IOException {
            out.write("</dtslog>\n</dtslogs>\n");
            out.close();
        }
    }

    /// The table `sysssislog`, made where it is not there.
    record Table(Session session) implements Target {
        private static final String COLUMNS =
                "event, computer, operator, source, sourceid, executionid, starttime, endtime, datacode, databytes, message";

        static Table open(Session session) throws SQLException {
            Table table = new Table(session);
            if (!table.exists()) {
                try (Statement s = session.connection().createStatement()) {
                    s.execute(table.definition());
                }
            }
            return table;
        }

        private boolean exists() throws SQLException {
            var meta = session.connection().getMetaData();
            for (String name : List.of("sysssislog", "SYSSSISLOG")) {
                try (var found = meta.getTables(session.connection().getCatalog(), null, name, null)) {
                    if (found.next()) {
                        return true;
                    }
                }
            }
            return false;
        }

        private String definition() throws SQLException {
            String product = session.connection().getMetaData().getDatabaseProductName();
            boolean sqlServer = product.contains("SQL Server");
            String id = sqlServer
                    ? "int IDENTITY(1,1) NOT NULL PRIMARY KEY"
                    : switch (product) {
                        case "MySQL", "MariaDB" -> "int NOT NULL AUTO_INCREMENT PRIMARY KEY";
                        case "SQLite" -> "INTEGER PRIMARY KEY";
                        default -> "int GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
                    };
            String time = sqlServer || product.equals("MySQL") || product.equals("MariaDB") ? "datetime" : "timestamp";
            return "CREATE TABLE sysssislog (id " + id
                    + ", event varchar(128) NOT NULL, computer varchar(128) NOT NULL, operator varchar(128) NOT NULL,"
                    + " source varchar(1024) NOT NULL, sourceid varchar(40) NOT NULL, executionid varchar(40) NOT NULL, starttime "
                    + time + " NOT NULL, endtime " + time
                    + " NOT NULL, datacode int NOT NULL, databytes varchar(10), message varchar(2048) NOT NULL)";
        }

        @Override
        public void write(Entry e) throws SQLException {
            Timestamp at = Timestamp.valueOf(LocalDateTime.ofInstant(e.at(), ZoneOffset.UTC));
            try (PreparedStatement s = session.connection()
                    .prepareStatement(
                            "INSERT INTO sysssislog (" + COLUMNS + ") VALUES (?, '', '', ?, ?, ?, ?, ?, ?, NULL, ?)")) {
                s.setString(1, e.event());
                s.setString(2, e.source());
                s.setString(3, e.sourceId());
                s.setString(4, e.executionId());
                s.setTimestamp(5, at);
                s.setTimestamp(6, at);
                s.setInt(7, e.code());
                s.setString(8, e.message());
                s.executeUpdate();
            }
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
