package dev.sluice.expression;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What an expression may read: the context objects of the place where it stands, the time and a random source.
///
/// Context objects are the results of `pipeline()`, `activity('n')`, `variables('v')`, `item()`, `dataset()`,
/// `linkedService()`, `trigger()`, `triggerBody()`, `triggerOutputs()`. They are asked for when the expression
/// reaches them, on the evaluating thread, so that a scope may build them late; what it returns is not changed.
/// `pipeline()` returns one object with `parameters`, `globalParameters`, `Pipeline`, `RunId` and so on; members
/// are found without regard to case where no member has exactly the name.
public interface Scope {
    /// The value of a context function, or null when there is none: the function does not exist at this place
    /// (`item()` outside a loop) when [#offers] says so, else the thing named does not exist (an activity that
    /// has not run).
    ///
    /// @param name as in the language, e.g. `linkedService`, whatever the case it was written in
    /// @param argument the evaluated argument, e.g. the activity's name; null when the function takes none
    @Nullable
    JsonNode find(String name, @Nullable String argument);

    /// Whether the context function exists at this place at all.
    boolean offers(String name);

    /// The time that `utcNow()` and its relatives read.
    InstantSource clock();

    /// Where `guid()` and `rand()` come from.
    RandomGenerator random();

    default Limits limits() {
        return Limits.DEFAULT;
    }

    /// Starts a scope with nothing in it.
    static Builder builder(InstantSource clock, RandomGenerator random) {
        return new Builder(clock, random);
    }

    /// Collects context objects. Not for several threads; the built scope is as thread-safe as what was given.
    final class Builder {
        private final InstantSource clock;
        private final RandomGenerator random;
        private final Map<String, Function<@Nullable String, @Nullable JsonNode>> contexts = new HashMap<>();
        private Limits limits = Limits.DEFAULT;

        private Builder(InstantSource clock, RandomGenerator random) {
            this.clock = clock;
            this.random = random;
        }

        /// A context function without argument, e.g. `with("pipeline", node)`.
        public Builder with(String name, JsonNode value) {
            return put(name, argument -> value);
        }

        /// A context function without argument whose value is made when it is read.
        public Builder withSupplied(String name, Supplier<? extends @Nullable JsonNode> value) {
            return put(name, argument -> value.get());
        }

        /// A context function with one argument, e.g. `withNamed("activity", outputs::get)`; the function
        /// returns null for a name it does not know.
        public Builder withNamed(String name, Function<String, ? extends @Nullable JsonNode> value) {
            return put(name, argument -> argument == null ? null : value.apply(argument));
        }

        public Builder limits(Limits bounds) {
            this.limits = bounds;
            return this;
        }

        public Scope build() {
            return new FixedScope(clock, random, Map.copyOf(contexts), limits);
        }

        private Builder put(String name, Function<@Nullable String, @Nullable JsonNode> value) {
            if (!ContextFunctions.arities().containsKey(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("no context function is called " + name);
            }
            contexts.put(name.toLowerCase(Locale.ROOT), value);
            return this;
        }
    }
}
