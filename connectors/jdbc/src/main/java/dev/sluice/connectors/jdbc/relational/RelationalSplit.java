package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.Split;

/// A piece of a source.
///
/// @param from what follows FROM in its SELECT, WHERE included; or, for a query with markers, empty
/// @param query the whole statement, when it cannot stand after FROM; else empty
record RelationalSplit(String description, String from, String query) implements Split {
    @Override
    public String describe() {
        return description;
    }
}
