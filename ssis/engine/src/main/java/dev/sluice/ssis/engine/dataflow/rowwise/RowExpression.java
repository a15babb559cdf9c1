package dev.sluice.ssis.engine.dataflow.rowwise;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.control.Cell;
import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.expression.Names;
import dev.sluice.ssis.engine.expression.SsisExpression;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.engine.expression.Values;
import dev.sluice.ssis.engine.expression.VariableTypes;
import dev.sluice.ssis.packages.Component;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An expression over the rows of a component's first input. Variables have the values that they had when the data flow
/// began. One thread.
final class RowExpression {
    private final SsisExpression expression;
    private final Reading reading;

    private RowExpression(SsisExpression expression, Reading reading) {
        this.expression = expression;
        this.reading = reading;
    }

    /// @param properties with `Expression`, and `FriendlyExpression` for when references in it are stale
    static RowExpression of(Wiring wiring, Map<String, Component.Property> properties, String place) {
        String text = References.text(properties, "Expression");
        String friendly = References.text(properties, "FriendlyExpression");
        try {
            return compile(wiring, text.isBlank() ? friendly : text);
        } catch (ProblemException e) {
            if (!text.isBlank() && !friendly.isBlank()) {
                try {
                    return compile(wiring, friendly);
                } catch (ProblemException second) {
                    throw located(wiring, place, e);
                }
            }
            throw located(wiring, place, e);
        }
    }

    private static ProblemException located(Wiring wiring, String place, ProblemException e) {
        return SsisFaults.EXPRESSION_INVALID
                .problem()
                .at(place)
                .evidence("component", wiring.component().name())
                .evidence("expression", e.problem().evidence().getOrDefault("expression", ""))
                .evidence("detail", e.problem().evidence().getOrDefault("detail", e.getMessage()))
                .evidence("position", e.problem().location())
                .evidence("ssisCode", "0xC0049000")
                .from(e)
                .exception();
    }

    private static RowExpression compile(Wiring wiring, String text) {
        Reading reading = new Reading(wiring);
        return new RowExpression(SsisExpression.compile(text, reading), reading);
    }

    SsisType type() {
        return expression.type();
    }

    void begin(Buffer buffer) {
        reading.buffer = buffer;
    }

    /// @throws dev.sluice.ssis.engine.expression.RowFailure when the row has no value
    @Nullable
    Object value(int row) {
        reading.row = row;
        return expression.evaluate(reading);
    }

    private static final class Reading implements Names, Values {
        private final Wiring wiring;
        private final Layout layout;
        private final Scope scope;
        private final List<@Nullable Object> variables = new ArrayList<>();
        private @Nullable Buffer buffer;
        private int row;

        Reading(Wiring wiring) {
            this.wiring = wiring;
            this.layout = wiring.inputs().getFirst();
            this.scope = wiring.around().call().scope();
        }

        @Override
        public Optional<Symbol> column(String name) {
            int index = index(name);
            return index < 0
                    ? Optional.empty()
                    : Optional.of(new Symbol(index, layout.column(index).type()));
        }

        private int index(String name) {
            String plain = name.startsWith("#") ? name.substring(1) : name;
            if (plain.startsWith("{") && plain.endsWith("}")) {
                plain = plain.substring(1, plain.length() - 1);
            }
            int index = layout.indexOf(plain);
            if (index >= 0) {
                return index;
            }
            String wanted = plain;
            for (Component.InputColumn column :
                    wiring.component().inputs().getFirst().columns()) {
                int at = layout.indexOf(column.lineage());
                if (at >= 0
                        && (column.id().equals(wanted)
                                || named(column.name(), wanted)
                                || named(layout.column(at).name(), wanted))) {
                    return at;
                }
            }
            for (int i = layout.size() - 1; i >= 0; i--) {
                if (layout.live(i) && named(layout.column(i).name(), wanted)) {
                    return i;
                }
            }
            return -1;
        }

        /// `name`, or `source.name`.
        private static boolean named(String name, String wanted) {
            return !name.isEmpty() && (wanted.equals(name) || wanted.endsWith("." + name));
        }

        @Override
        public Optional<Symbol> variable(String name) {
            Optional<Cell> cell = scope.find(name);
            return cell.map(c -> {
                Object value = c.value();
                variables.add(value);
                SsisType type = VariableTypes.of(c.type(), value == null ? null : value.toString());
                return new Symbol(variables.size() - 1, type);
            });
        }

        @Override
        public @Nullable Object column(int slot) {
            if (buffer == null) {
                throw wiring.failed("an expression was asked without a row", Codes.PROCESS);
            }
            return buffer.value(slot, row);
        }

        @Override
        public @Nullable Object variable(int slot) {
            return variables.get(slot);
        }

        @Override
        public Instant now() {
            return scope.now();
        }

        @Override
        public ZoneId zone() {
            return scope.zone();
        }
    }
}
