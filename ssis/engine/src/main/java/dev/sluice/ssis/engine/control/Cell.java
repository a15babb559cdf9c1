package dev.sluice.ssis.engine.control;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.expression.Convert;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.engine.expression.VariableTypes;
import dev.sluice.ssis.packages.VariantType;
import org.jspecify.annotations.Nullable;

/// One variable or parameter. Thread-safe.
public final class Cell {
    private final String name;
    private final VariantType type;
    private final String expression;
    private final boolean readOnly;
    private final Scope owner;
    private @Nullable Object value;
    private boolean computing;

    Cell(String name, VariantType type, String expression, boolean readOnly, Scope owner, @Nullable Object value) {
        this.name = name;
        this.type = type;
        this.expression = expression;
        this.readOnly = readOnly;
        this.owner = owner;
        this.value = value;
    }

    /// `User::Name`, `$Package::Name`.
    public String name() {
        return name;
    }

    public VariantType type() {
        return type;
    }

    /// The value; computed anew at each read where the variable has an expression.
    public synchronized @Nullable Object value() {
        if (expression.isEmpty()) {
            return value;
        }
        if (computing) {
            throw SsisFaults.VARIABLE_INVALID.with("variable", name, "detail", "its expression reads itself");
        }
        computing = true;
        try {
            return converted(owner.evaluate(expression));
        } finally {
            computing = false;
        }
    }

    /// Assigns, converting to the variable's type.
    public synchronized void set(@Nullable Object newValue) {
        if (readOnly || !expression.isEmpty()) {
            throw SsisFaults.VARIABLE_INVALID.with(
                    "variable",
                    name,
                    "detail",
                    readOnly ? "it is read-only" : "its value is computed by an expression");
        }
        value = converted(newValue);
    }

    private @Nullable Object converted(@Nullable Object v) {
        if (type == VariantType.OBJECT || v == null) {
            return v == null ? Defaults.of(type) : v;
        }
        try {
            if (type == VariantType.DECIMAL && v instanceof String text) {
                // A variable's decimal has the scale of its value.
                return new java.math.BigDecimal(text.strip());
            }
            return Convert.value(v, VariableTypes.of(type, null), SsisType.MAX_LENGTH * 1_000);
        } catch (RuntimeException e) {
            throw SsisFaults.VARIABLE_INVALID
                    .problem()
                    .evidence("variable", name)
                    .evidence("detail", "a value cannot become " + type.word() + " (" + e.getMessage() + ")")
                    .from(e)
                    .exception();
        }
    }

    SsisType expressionType() {
        Object now = type == VariantType.STRING ? value() : null;
        return VariableTypes.of(type, now == null ? null : now.toString());
    }
}
