package dev.sluice.benchmarks;

import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.PackageRun;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.dataflow.Connections;
import dev.sluice.ssis.engine.dataflow.DataFlowLimits;
import dev.sluice.ssis.engine.dataflow.DataFlowTask;
import dev.sluice.ssis.engine.dataflow.Outcome;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Limits;
import dev.sluice.ssis.packages.PackagePassword;
import dev.sluice.ssis.packages.PackageReader;
import dev.sluice.ssis.packages.Pipeline;
import dev.sluice.ssis.packages.SsisPackage;
import io.trino.tpch.LineItem;
import io.trino.tpch.TpchTable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A data flow over TPC-H lineitem, Flat File → Derived Column → Lookup (1,000,000 reference rows) →
/// Conditional Split → Aggregate → Flat File, beside DuckDB doing the same work from the same file. Both
/// write the same groups, which is checked.
///
/// Arguments: scale factor (default 0.1), folder for the files (default a temporary one).
final class DataFlowRig {
    private static final int REFERENCE_ROWS = 1_000_000;

    private static final List<String> COLUMNS = List.of(
            "orderkey i8",
            "partkey i8",
            "suppkey i8",
            "linenumber i4",
            "quantity numeric",
            "extendedprice numeric",
            "discount numeric",
            "tax numeric",
            "returnflag wstr",
            "linestatus wstr",
            "shipdate dbDate",
            "commitdate dbDate",
            "receiptdate dbDate",
            "shipinstruct wstr",
            "shipmode wstr",
            "comment wstr");

    private final Path folder;
    private final Connection reference;

    private DataFlowRig(Path folder, Connection reference) {
        this.folder = folder;
        this.reference = reference;
    }

    public static void main(String[] args) throws IOException, SQLException {
        double scale = args.length > 0 ? Double.parseDouble(args[0]) : 0.1;
        Path folder = args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("sluice-flow-");
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            DataFlowRig rig = new DataFlowRig(folder, duck);
            long rows = rig.lineitem(scale);
            execute(
                    duck,
                    "create table ref as select i as k, 'brand' || (i % 25) as brand from range(1, "
                            + (REFERENCE_ROWS + 1) + ") t(i)");
            System.out.printf("lineitem: %,d rows, %,d MB%n", rows, Files.size(rig.file()) >> 20);
            for (int round = 1; round <= 2; round++) {
                double ours = rig.flow();
                double theirs = rig.duckDb();
                System.out.printf(
                        "round %d: data flow %.2f s, DuckDB %.2f s, ratio %.2f%n", round, ours, theirs, ours / theirs);
                rig.compare();
            }
        }
    }

    private Path file() {
        return folder.resolve("lineitem.tbl");
    }

    private long lineitem(double scale) throws IOException {
        long rows = 0;
        try (BufferedWriter out = Files.newBufferedWriter(file(), StandardCharsets.UTF_8)) {
            for (LineItem item : TpchTable.LINE_ITEM.createGenerator(scale, 1, 1)) {
                String line = item.toLine();
                out.write(line, 0, line.length() - 1);
                out.write('\n');
                rows++;
            }
        }
        return rows;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private double duckDb() throws SQLException {
        long started = System.nanoTime();
        execute(
                reference,
                "copy (select r.brand, l.returnflag, count(*) as n, sum(l.quantity) as q, "
                        + "sum(l.extendedprice * (1 - l.discount)) as revenue from read_csv('" + file()
                        + "', delim='|', header=false, columns={" + duckColumns()
                        + "}) l join ref r on r.k = l.partkey where l.quantity < 40 group by all) to '"
                        + folder.resolve("theirs.csv") + "' (header false)");
        return (System.nanoTime() - started) / 1e9;
    }

    private static String duckColumns() {
        List<String> columns = new ArrayList<>();
        for (String column : COLUMNS) {
            String[] parts = column.split(" ", 2);
            String type = switch (parts[1]) {
                case "i8" -> "BIGINT";
                case "i4" -> "INTEGER";
                case "numeric" -> "DECIMAL(15,2)";
                case "dbDate" -> "DATE";
                default -> "VARCHAR";
            };
            columns.add("'" + parts[0] + "': '" + type + "'");
        }
        return String.join(", ", columns);
    }

    private double flow() {
        SsisPackage p = new PackageReader(PackagePassword.NONE, Limits.DEFAULT)
                .read(packageText().getBytes(StandardCharsets.UTF_8), "rig.dtsx");
        List<Event> errors = new ArrayList<>();
        Outcome[] outcome = new Outcome[1];
        PackageRun run = new PackageRun(
                p,
                new PackageRun.Setting(
                        List.of(),
                        Map.of(),
                        null,
                        new UUID(0, 1),
                        InstantSource.system(),
                        ZoneOffset.UTC,
                        new PathMap(Map.of(), folder, folder)),
                task -> Optional.of(call -> {
                    outcome[0] = started(p, call);
                    return null;
                }),
                event -> {
                    if (event.name().equals("OnError")) {
                        errors.add(event);
                    }
                });
        long started = System.nanoTime();
        if (run.run() != Result.SUCCESS) {
            throw new IllegalStateException("the data flow failed: " + errors);
        }
        double wall = (System.nanoTime() - started) / 1e9;
        for (Outcome.ComponentTime time : outcome[0].components()) {
            System.out.printf(
                    "  %-12s %8.2f s of work, %,12d rows%n", time.component(), time.nanos() / 1e9, time.rows());
        }
        return wall;
    }

    private Outcome started(SsisPackage p, TaskCall call) throws InterruptedException {
        Pipeline pipeline = Objects.requireNonNull(call.task().pipeline());
        return DataFlowTask.run(pipeline, call, new RigConnections(p), DataFlowLimits.of(folder));
    }

    private final class RigConnections implements Connections {
        private final SsisPackage p;

        RigConnections(SsisPackage p) {
            this.p = p;
        }

        @Override
        public ConnectionManager manager(String name) {
            return p.connection(name, List.of()).orElseThrow();
        }

        @Override
        public String text(String name) {
            return manager(name).connectionString();
        }

        @Override
        public Path file(String name) {
            return folder.resolve(text(name));
        }

        @Override
        public List<Path> files(String name) {
            return List.of(file(name));
        }

        @Override
        public Session open(String name) {
            return new Session() {
                @Override
                public Connection connection() {
                    return reference;
                }

                @Override
                public boolean shared() {
                    return true;
                }

                @Override
                public void close() {
                    // The rig ends the connection.
                }
            };
        }
    }

    private static String manager(String name, String path, List<String> columns, String last) {
        StringBuilder text = new StringBuilder("<DTS:ConnectionManager DTS:refId='" + name + "' DTS:ObjectName='" + name
                + "' DTS:CreationName='FLATFILE'><DTS:ObjectData><DTS:ConnectionManager DTS:Format='Delimited' "
                + "DTS:CodePage='65001' DTS:ConnectionString='" + path + "'><DTS:FlatFileColumns>");
        for (String column : columns) {
            boolean ends = column.equals(columns.getLast());
            text.append("<DTS:FlatFileColumn DTS:ColumnDelimiter='")
                    .append(ends ? "_x000A_" : last)
                    .append("' DTS:DataType='130' DTS:ObjectName='")
                    .append(column)
                    .append("'/>");
        }
        return text + "</DTS:FlatFileColumns></DTS:ConnectionManager></DTS:ObjectData></DTS:ConnectionManager>";
    }

    private static String typed(String type) {
        return switch (type) {
            case "numeric" -> "dataType='numeric' precision='15' scale='2'";
            case "wstr" -> "dataType='wstr' length='60'";
            default -> "dataType='" + type + "'";
        };
    }

    private static String column(String id, String name, String type, String properties) {
        return "<outputColumn refId='" + id + "." + name + "' lineageId='" + id + "." + name + "' name='" + name + "' "
                + type + "><properties>" + properties + "</properties></outputColumn>";
    }

    private static String property(String name, String value) {
        return "<property name='" + name + "'>" + value.replace("<", "&lt;") + "</property>";
    }

    private static String uses(String lineage, String attributes, String properties) {
        return "<inputColumn refId='" + lineage + "' lineageId='" + lineage + "' " + attributes + "><properties>"
                + properties + "</properties></inputColumn>";
    }

    private static String component(
            String name, String type, String properties, String manager, String input, String outputs) {
        return "<component refId='" + name + "' name='" + name + "' componentClassID='Microsoft." + type
                + "'><properties>" + properties + "</properties><connections>"
                + (manager.isEmpty() ? "" : "<connection name='c' connectionManagerID='" + manager + "'/>")
                + "</connections><inputs>"
                + (input.isEmpty() ? "" : "<input refId='" + name + ".in' name='in'>" + input + "</input>")
                + "</inputs><outputs>" + outputs + "</outputs></component>";
    }

    private static String passing(String name, String output, String properties, String columns) {
        return "<output refId='" + name + "." + output + "' name='" + output + "' synchronousInputId='" + name
                + ".in' exclusionGroup='1'><properties>" + properties + "</properties><outputColumns>" + columns
                + "</outputColumns></output>";
    }

    private static String packageText() {
        StringBuilder source = new StringBuilder();
        List<String> names = new ArrayList<>();
        for (String c : COLUMNS) {
            String[] parts = c.split(" ", 2);
            names.add(parts[0]);
            source.append(column("S.out", parts[0], typed(parts[1]), ""));
        }
        String components = component(
                        "S",
                        "FlatFileSource",
                        property("RetainNulls", "true"),
                        "In",
                        "",
                        "<output refId='S.out' name='out'><outputColumns>" + source + "</outputColumns></output>")
                + component(
                        "D",
                        "DerivedColumn",
                        "",
                        "",
                        "<inputColumns>" + uses("S.out.extendedprice", "", "") + uses("S.out.discount", "", "")
                                + "</inputColumns>",
                        passing(
                                "D",
                                "out",
                                "",
                                column(
                                        "D.out",
                                        "revenue",
                                        "dataType='numeric' precision='32' scale='4'",
                                        property("Expression", "#{S.out.extendedprice} * (1 - #{S.out.discount})"))))
                + component(
                        "L",
                        "Lookup",
                        property("SqlCommand", "select k, brand from ref") + property("NoMatchBehavior", "1"),
                        "Ref",
                        "<inputColumns>" + uses("S.out.partkey", "", property("JoinToReferenceColumn", "k"))
                                + "</inputColumns>",
                        passing(
                                        "L",
                                        "match",
                                        "",
                                        column(
                                                "L.match",
                                                "brand",
                                                "dataType='wstr' length='20'",
                                                property("CopyFromReferenceColumn", "brand")))
                                + passing("L", "none", "", ""))
                + component(
                        "C",
                        "ConditionalSplit",
                        "",
                        "",
                        "<inputColumns>" + uses("S.out.quantity", "", "") + "</inputColumns>",
                        passing("C", "few", property("Expression", "#{S.out.quantity} < 40"), "")
                                + passing("C", "many", property("IsDefaultOut", "true"), ""))
                + aggregate()
                + destination();
        String[][] paths = {{"S.out", "D"}, {"D.out", "L"}, {"L.match", "C"}, {"C.few", "A"}, {"A.out", "F"}};
        StringBuilder lines = new StringBuilder();
        for (String[] path : paths) {
            lines.append("<path refId='")
                    .append(path[1])
                    .append("' name='p' startId='")
                    .append(path[0])
                    .append("' endId='")
                    .append(path[1])
                    .append(".in'/>");
        }
        return "<DTS:Executable xmlns:DTS='www.microsoft.com/SqlServer/Dts' DTS:refId='Package' DTS:ObjectName='rig' "
                + "DTS:ProtectionLevel='0'><DTS:Property DTS:Name='PackageFormatVersion'>8</DTS:Property>"
                + "<DTS:ConnectionManagers>" + manager("In", "lineitem.tbl", names, "_x007C_")
                + manager("Out", "ours.csv", List.of("brand", "flag", "n", "q", "revenue"), "_x002C_")
                + "<DTS:ConnectionManager DTS:refId='Ref' DTS:ObjectName='Ref' DTS:CreationName='OLEDB'/>"
                + "</DTS:ConnectionManagers><DTS:Executables><DTS:Executable DTS:refId='Package\\D' DTS:ObjectName='D' "
                + "DTS:CreationName='Microsoft.Pipeline' DTS:ExecutableType='Microsoft.Pipeline'><DTS:ObjectData>"
                + "<pipeline version='1'><components>" + components + "</components><paths>" + lines
                + "</paths></pipeline></DTS:ObjectData></DTS:Executable></DTS:Executables></DTS:Executable>";
    }

    private static String aggregated(String name, String type, int kind, @Nullable String source) {
        return column(
                "A.out",
                name,
                type,
                property("AggregationType", String.valueOf(kind))
                        + (source == null ? "" : property("AggregationColumnId", "#{" + source + "}")));
    }

    private static String aggregate() {
        return component(
                "A",
                "Aggregate",
                "",
                "",
                "<inputColumns>" + uses("L.match.brand", "", "") + uses("S.out.returnflag", "", "")
                        + uses("S.out.quantity", "", "") + uses("D.out.revenue", "", "") + "</inputColumns>",
                "<output refId='A.out' name='out'><outputColumns>"
                        + aggregated("brand", "dataType='wstr' length='20'", 0, "L.match.brand")
                        + aggregated("flag", "dataType='wstr' length='60'", 0, "S.out.returnflag")
                        + aggregated("n", "dataType='ui8'", 2, null)
                        + aggregated("q", "dataType='numeric' precision='38' scale='2'", 4, "S.out.quantity")
                        + aggregated("revenue", "dataType='numeric' precision='38' scale='4'", 4, "D.out.revenue")
                        + "</outputColumns></output>");
    }

    private static String destination() {
        StringBuilder columns = new StringBuilder("<inputColumns>");
        StringBuilder external = new StringBuilder("<externalMetadataColumns>");
        for (String name : List.of("brand", "flag", "n", "q", "revenue")) {
            columns.append(uses("A.out." + name, "externalMetadataColumnId='F.ext." + name + "'", ""));
            external.append("<externalMetadataColumn refId='F.ext.")
                    .append(name)
                    .append("' name='")
                    .append(name)
                    .append("' dataType='wstr' length='50'/>");
        }
        return component(
                "F",
                "FlatFileDestination",
                property("Overwrite", "true"),
                "Out",
                columns + "</inputColumns>" + external + "</externalMetadataColumns>",
                "");
    }

    private void compare() throws IOException {
        List<String> ours =
                Files.readAllLines(folder.resolve("ours.csv")).stream().sorted().toList();
        List<String> theirs = Files.readAllLines(folder.resolve("theirs.csv")).stream()
                .sorted()
                .toList();
        if (!ours.equals(theirs)) {
            throw new IllegalStateException("the results differ: " + ours.getFirst() + " / " + theirs.getFirst());
        }
    }
}
