package dev.sluice.expression;

import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A scope whose context functions were all given when it was built.
record FixedScope(
        InstantSource clock,
        RandomGenerator random,
        Map<String, Function<@Nullable String, @Nullable JsonNode>> contexts,
        Limits limits)
        implements Scope {
    @Override
    public @Nullable JsonNode find(String name, @Nullable String argument) {
        Function<@Nullable String, @Nullable JsonNode> context = contexts.get(name.toLowerCase(Locale.ROOT));
        return context == null ? null : context.apply(argument);
    }

    @Override
    public boolean offers(String name) {
        return contexts.containsKey(name.toLowerCase(Locale.ROOT));
    }

    /// Never prints what it holds: parameters may be secret.
    @Override
    public String toString() {
        return "Scope" + contexts.keySet();
    }
}
