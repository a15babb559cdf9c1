package dev.sluice.ssis.engine.expression;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Columns and variables by name, with their values.
final class Row implements Names, Values {
    private final Map<String, Symbol> columns = new HashMap<>();
    private final Map<String, Symbol> variables = new HashMap<>();
    private final List<@Nullable Object> values = new ArrayList<>();

    Row column(String name, SsisType type, @Nullable Object value) {
        columns.put(name, new Symbol(values.size(), type));
        values.add(value);
        return this;
    }

    Row variable(String name, SsisType type, @Nullable Object value) {
        variables.put(name, new Symbol(values.size(), type));
        values.add(value);
        return this;
    }

    @Override
    public Optional<Symbol> column(String name) {
        return Optional.ofNullable(columns.get(name));
    }

    @Override
    public Optional<Symbol> variable(String name) {
        return Optional.ofNullable(variables.get(name));
    }

    @Override
    public @Nullable Object column(int slot) {
        return values.get(slot);
    }

    @Override
    public @Nullable Object variable(int slot) {
        return values.get(slot);
    }

    @Override
    public Instant now() {
        return Instant.parse("2026-01-02T03:04:05.6789Z");
    }

    @Override
    public ZoneId zone() {
        return ZoneId.of("+02:00");
    }
}
