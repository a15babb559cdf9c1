package dev.sluice.ssis.engine.dataflow.rowwise;

import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.Stage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.expression.Convert;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Components whose columns are copies of others, as they are or changed: Data Conversion, Copy Column, Character Map,
/// Audit.
public final class CopiedColumns {
    private static final int CANNOT_CONVERT = 0xC020907F;
    private static final int TRUNCATED = 0xC0209080;

    private CopiedColumns() {}

    /// Data Conversion: the target's type is the output column's.
    public static Stage conversion(Wiring wiring) {
        return copies(wiring, "SourceInputColumnLineageID", c -> (v -> v));
    }

    public static Stage copy(Wiring wiring) {
        return copies(wiring, "copyColumnId", c -> (v -> v));
    }

    /// Character Map: flags on new columns, and on input columns that are replaced in place.
    public static Stage characterMap(Wiring wiring) {
        List<ComputedColumns.Target> targets = targets(
                wiring,
                "InputColumnLineageID",
                properties -> CharacterMap.of(wiring, References.number(properties, "MapFlags", 0)));
        for (Component.InputColumn c : wiring.component().inputs().getFirst().columns()) {
            if (c.readWrite()) {
                int place = wiring.column(0, c.lineage());
                SsisType type = wiring.inputs().getFirst().column(place).type();
                targets.add(new ComputedColumns.Target(
                        place,
                        c.lineage(),
                        wiring.inputs().getFirst().column(place).name(),
                        type,
                        c.onError(),
                        c.onTruncation(),
                        CANNOT_CONVERT,
                        TRUNCATED,
                        source(
                                place,
                                type,
                                CharacterMap.of(wiring, References.number(c.properties(), "MapFlags", 0)))));
            }
        }
        return new ComputedColumns(wiring, targets);
    }

    private static Stage copies(
            Wiring wiring,
            String reference,
            Function<Map<String, Component.Property>, Function<Object, Object>> change) {
        return new ComputedColumns(wiring, targets(wiring, reference, change));
    }

    private static List<ComputedColumns.Target> targets(
            Wiring wiring,
            String reference,
            Function<Map<String, Component.Property>, Function<Object, Object>> change) {
        List<ComputedColumns.Target> targets = new ArrayList<>();
        int main = wiring.mainOutputs()[0];
        for (Component.OutputColumn c : wiring.component().outputs().get(main).columns()) {
            String name = c.properties().keySet().stream()
                    .filter(reference::equalsIgnoreCase)
                    .findFirst()
                    .orElse(reference);
            int from = wiring.column(0, References.lineage(References.text(c.properties(), name)));
            int place = wiring.own(main, c);
            targets.add(new ComputedColumns.Target(
                    place,
                    c.lineage(),
                    c.name(),
                    wiring.outputs().get(main).column(place).type(),
                    c.onError(),
                    c.onTruncation(),
                    CANNOT_CONVERT,
                    TRUNCATED,
                    source(from, wiring.inputs().getFirst().column(from).type(), change.apply(c.properties()))));
        }
        return targets;
    }

    private static ComputedColumns.Source source(int column, SsisType type, Function<Object, Object> change) {
        return new ComputedColumns.Source() {
            @Override
            public SsisType type() {
                return type;
            }

            @Override
            public @Nullable Object value(Buffer buffer, int row) {
                Object value = buffer.value(column, row);
                return value == null ? null : change.apply(value);
            }
        };
    }

    /// Audit: the same value in every row.
    public static Stage audit(Wiring wiring) {
        List<ComputedColumns.Target> targets = new ArrayList<>();
        int main = wiring.mainOutputs()[0];
        for (Component.OutputColumn c : wiring.component().outputs().get(main).columns()) {
            int place = wiring.own(main, c);
            SsisType type = wiring.outputs().get(main).column(place).type();
            Object value = audited(wiring, References.number(c.properties(), "LineageItemSelected", -1), type);
            targets.add(new ComputedColumns.Target(
                    place,
                    c.lineage(),
                    c.name(),
                    type,
                    c.onError(),
                    Component.Disposition.IGNORE_FAILURE,
                    CANNOT_CONVERT,
                    TRUNCATED,
                    constant(type, value)));
        }
        return new ComputedColumns(wiring, targets);
    }

    private static ComputedColumns.Source constant(SsisType type, @Nullable Object value) {
        return new ComputedColumns.Source() {
            @Override
            public SsisType type() {
                return type;
            }

            @Override
            public @Nullable Object value(Buffer buffer, int row) {
                return value;
            }
        };
    }

    private static @Nullable Object audited(Wiring wiring, int item, SsisType type) {
        Scope scope = wiring.around().call().scope();
        Object value = switch (item) {
            case 0 -> system(scope, "ExecutionInstanceGUID");
            case 1 -> system(scope, "PackageID");
            case 2 -> system(scope, "PackageName");
            case 3 -> system(scope, "VersionGUID");
            case 4 -> system(scope, "StartTime");
            case 5 -> system(scope, "MachineName");
            case 6 -> system(scope, "UserName");
            case 7 -> system(scope, "TaskName");
            case 8 -> system(scope, "TaskID");
            default -> throw wiring.invalid("there is no audit item " + item, Codes.PROPERTY);
        };
        if (value == null || value.equals("")) {
            return type.kind() == SsisType.Kind.GUID ? new UUID(0, 0) : value;
        }
        try {
            return Convert.value(value, type, Math.max(type.length(), 4_000));
        } catch (RowFailure e) {
            throw wiring.invalid("the audit item " + item + " is no " + type, Codes.PROPERTY);
        }
    }

    private static @Nullable Object system(Scope scope, String name) {
        return scope.find("System::" + name)
                .map(c -> Objects.requireNonNullElse(c.value(), ""))
                .orElse("");
    }
}
