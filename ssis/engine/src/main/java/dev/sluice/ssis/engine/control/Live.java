package dev.sluice.ssis.engine.control;

import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.PropertyBag;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An executable while it runs: its variables, its evaluated properties, how many errors were raised in it.
final class Live {
    final Executable executable;
    final Scope scope;
    final @Nullable Live outer;
    /// For the body of a handler, who raised the event.
    private final @Nullable Live raiser;
    private final boolean handling;
    private final AtomicInteger errors = new AtomicInteger();
    private volatile PropertyBag properties;
    private volatile boolean failed;
    private volatile @Nullable Transaction transaction;

    Live(Executable executable, Scope scope, @Nullable Live outer) {
        this(executable, scope, outer, null);
    }

    private Live(Executable executable, Scope scope, @Nullable Live outer, @Nullable Live raiser) {
        this.raiser = raiser;
        this.handling = raiser != null || outer != null && outer.handling;
        this.executable = executable;
        this.scope = scope;
        this.outer = outer;
        this.properties = executable.properties();
        this.transaction = outer == null ? null : outer.transaction;
        executable.variables().forEach(scope::declare);
    }

    /// The body of an event handler of a container.
    ///
    /// @param raiser who raised the event
    static Live handler(Executable body, Live owner, Live raiser) {
        return new Live(body, owner.scope.inner(), owner, raiser);
    }

    /// Whether it runs because of an event: those who raised it wait for it, so it must not wait for them.
    boolean handling() {
        return handling;
    }

    /// Whether it is part of that executable, or is it, or runs because of an event that such a one raised.
    boolean inside(Executable around) {
        for (Live at = this; at != null; at = at.outer) {
            if (at.executable == around || at.raiser != null && at.raiser.inside(around)) {
                return true;
            }
        }
        return false;
    }

    /// Puts the values of property expressions in.
    void evaluate() {
        Map<String, String> values = new LinkedHashMap<>(executable.properties().values());
        executable.expressions().forEach((name, expression) -> {
            Object value = scope.evaluate(expression);
            values.put(property(name), value == null ? "" : text(value));
        });
        properties = new PropertyBag(values);
    }

    /// Names of properties in expressions that differ from those in files.
    private static String property(String name) {
        return switch (name) {
            case "Disable" -> "Disabled";
            case "MaximumErrorCount" -> "MaxErrorCount";
            default -> name;
        };
    }

    private static String text(Object value) {
        return value instanceof Boolean b ? (b ? "True" : "False") : value.toString();
    }

    PropertyBag properties() {
        return properties;
    }

    /// Counts an error.
    ///
    /// @return whether the most that the executable bears has just been reached
    boolean error() {
        int most = properties.number("MaxErrorCount", 1);
        return errors.incrementAndGet() == most;
    }

    /// Whether it has had more errors than it bears, or something inside failed it.
    boolean failed() {
        int most = properties.number("MaxErrorCount", 1);
        return failed || most > 0 && errors.get() >= most;
    }

    void fail() {
        failed = true;
    }

    @Nullable
    Transaction transaction() {
        return transaction;
    }

    void within(@Nullable Transaction joined) {
        transaction = joined;
    }
}
