package dev.sluice.connectors.http;

import java.io.IOException;
import java.util.Optional;

/// Texts of JSON that are asked for one after the other, each once, and kept until the rows behind it are read.
/// Thread-safe; closing it, from any thread, ends what is under way.
interface PageSet extends AutoCloseable {
    /// The page of that number, from 0; empty behind the last one.
    Optional<Pages.Page> page(int number) throws IOException;

    /// Forgets the pages before that number.
    void drop(int number);

    /// Bytes as they came.
    long received();

    @Override
    void close();
}
