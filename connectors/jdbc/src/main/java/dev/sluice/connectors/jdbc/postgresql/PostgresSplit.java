package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.spi.Split;

/// A piece of a source.
///
/// @param from what follows FROM in its SELECT, WHERE included
record PostgresSplit(String description, String from) implements Split {
    @Override
    public String describe() {
        return description;
    }
}
