package dev.sluice.ssis.engine.control;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.expression.Names;
import dev.sluice.ssis.engine.expression.SsisExpression;
import dev.sluice.ssis.engine.expression.Values;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.Variable;
import dev.sluice.ssis.packages.VariantType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The variables that an executable sees: its own and those of the containers around it; inner ones hide outer ones of
/// the same name. Names are case-sensitive. Thread-safe once filled.
public final class Scope {
    private final @Nullable Scope outer;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Map<String, Cell> cells = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();

    private Scope(@Nullable Scope outer, InstantSource clock, ZoneId zone) {
        this.outer = outer;
        this.clock = clock;
        this.zone = zone;
    }

    /// A scope around everything, without variables.
    public static Scope outermost(InstantSource clock, ZoneId zone) {
        return new Scope(null, clock, zone);
    }

    Scope inner() {
        return new Scope(this, clock, zone);
    }

    /// The time, by the clock of the execution.
    public Instant now() {
        return clock.instant();
    }

    /// The zone that GETDATE means.
    public ZoneId zone() {
        return zone;
    }

    /// A time as variables hold it.
    LocalDateTime local(Instant instant) {
        return LocalDateTime.ofInstant(instant, zone);
    }

    void declare(Variable v) {
        Cell cell = new Cell(
                v.qualifiedName(),
                v.type(),
                v.evaluated() ? v.expression() : "",
                v.readOnly(),
                this,
                Defaults.of(v.type()));
        cells.put(v.qualifiedName(), cell);
        if (!v.id().isEmpty()) {
            names.put(v.id().toUpperCase(Locale.ROOT), v.qualifiedName());
        }
        if (v.value() != null && v.type() != VariantType.OBJECT && !v.evaluated()) {
            fill(cell, v.type(), v.value(), v.readOnly());
        }
    }

    private void fill(Cell cell, VariantType type, String text, boolean readOnly) {
        Object value = type == VariantType.BOOLEAN ? flag(text) : text;
        boolean blank = text.isBlank() && type != VariantType.STRING;
        Cell filled = new Cell(cell.name(), type, "", false, this, Defaults.of(type));
        if (!blank) {
            filled.set(value);
        }
        cells.put(cell.name(), new Cell(cell.name(), type, "", readOnly, this, filled.value()));
    }

    private static Object flag(String text) {
        return switch (text.strip()) {
            case "-1", "1" -> true;
            case "0", "" -> false;
            default -> text;
        };
    }

    /// Declares a parameter under `$Package` or `$Project`.
    ///
    /// @param given the execution's value; null for the design value
    void declare(String space, Parameter p, @Nullable Object given) {
        Cell cell = new Cell(space + "::" + p.name(), p.type(), "", false, this, Defaults.of(p.type()));
        if (given != null) {
            cell.set(given);
        } else if (p.value() != null && p.type() != VariantType.OBJECT) {
            fill(cell, p.type(), p.value(), true);
            return;
        }
        cells.put(cell.name(), new Cell(cell.name(), p.type(), "", true, this, cell.value()));
    }

    /// A system variable of this scope.
    void system(String name, VariantType type, @Nullable Object value) {
        cells.put("System::" + name, new Cell("System::" + name, type, "", true, this, value));
    }

    /// The variable of that name, with or without its namespace.
    public Optional<Cell> find(String name) {
        Cell cell = own(name);
        return cell != null ? Optional.of(cell) : outer == null ? Optional.empty() : outer.find(name);
    }

    /// The variable with that GUID, in braces.
    public Optional<Cell> identified(String id) {
        String name = names.get(id.toUpperCase(Locale.ROOT));
        return name != null
                ? Optional.ofNullable(cells.get(name))
                : outer == null ? Optional.empty() : outer.identified(id);
    }

    private @Nullable Cell own(String name) {
        Cell cell = cells.get(name);
        if (cell == null && !name.contains("::")) {
            cell = cells.get("User::" + name);
            return cell == null ? cells.get("System::" + name) : cell;
        }
        return cell;
    }

    /// As [#find]; a variable that is not there is an error.
    public Cell require(String name) {
        return find(name)
                .orElseThrow(() -> SsisFaults.VARIABLE_MISSING
                        .problem()
                        .evidence("variable", name)
                        .evidence("ssisCode", "0xC0010001")
                        .exception());
    }

    /// The value of an expression.
    public @Nullable Object evaluate(String expression) {
        Reading reading = new Reading();
        return SsisExpression.compile(expression, reading).evaluateOrFail(reading);
    }

    /// Evaluates, and assigns where the text says so: `@[User::x] = …`.
    public @Nullable Object run(String statement) {
        Reading reading = new Reading();
        SsisExpression compiled = SsisExpression.statement(statement, reading);
        Object value = compiled.evaluateOrFail(reading);
        compiled.target().ifPresent(target -> require(target).set(value));
        return value;
    }

    /// What one evaluation reads.
    private final class Reading implements Names, Values {
        private final List<Cell> read = new ArrayList<>();

        @Override
        public Optional<Symbol> column(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Symbol> variable(String name) {
            return find(name).map(cell -> {
                read.add(cell);
                return new Symbol(read.size() - 1, cell.expressionType());
            });
        }

        @Override
        public @Nullable Object column(int slot) {
            return null;
        }

        @Override
        public @Nullable Object variable(int slot) {
            return read.get(slot).value();
        }

        @Override
        public Instant now() {
            return clock.instant();
        }

        @Override
        public ZoneId zone() {
            return zone;
        }
    }
}
