package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;

/// A column of a table or of a query's result.
///
/// @param declared the database's name of its type, for messages
/// @param field name and type in batches
/// @param jdbcType of the column, for nulls that are written
public record RelationalColumn(String declared, Field field, int jdbcType) implements Ranges.Column {
    @Override
    public String name() {
        return field.name();
    }

    @Override
    public DataType type() {
        return field.type();
    }
}
