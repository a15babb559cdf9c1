package dev.sluice.data.batch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Ordered columns. Names are compared case-sensitively, as Data Factory maps them; they may repeat (a file's
/// header can), and [#indexOf] then finds the first.
public final class Schema {
    private final List<Field> fields;
    private final Map<String, Integer> byName = new HashMap<>();

    public Schema(List<Field> fields) {
        this.fields = List.copyOf(fields);
        for (int i = 0; i < fields.size(); i++) {
            byName.putIfAbsent(fields.get(i).name(), i);
        }
    }

    public static Schema of(Field... fields) {
        return new Schema(List.of(fields));
    }

    public List<Field> fields() {
        return fields;
    }

    public Field field(int index) {
        return fields.get(index);
    }

    public int size() {
        return fields.size();
    }

    /// Position of the column of that name, or -1.
    public int indexOf(String name) {
        return byName.getOrDefault(name, -1);
    }

    public List<String> names() {
        return fields.stream().map(Field::name).toList();
    }

    /// The columns at those positions, in that order.
    public Schema project(int[] columns) {
        return new Schema(java.util.Arrays.stream(columns).mapToObj(fields::get).toList());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Schema s && s.fields.equals(fields);
    }

    @Override
    public int hashCode() {
        return fields.hashCode();
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
