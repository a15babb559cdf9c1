package dev.sluice.data.trees;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// Texts of JSON, one after the other: the members of a file, the pages of a service. Each holds one document, an array
/// of documents, or documents one after the other. Used by one thread; closed by any.
public interface Documents extends AutoCloseable {
    /// The next text, before its first token; null at the end. The one before is no longer used.
    @Nullable
    JsonParser next() throws IOException;

    /// Path or address of the current text, for messages.
    String place();

    /// The name of what it is, for messages: `Json`, `Xml`.
    String format();

    /// Bytes taken from the store so far. Any thread.
    long bytesRead();

    /// Whether the store failed: what the parser says then is not the text's fault.
    boolean failed();

    @Override
    void close();

    /// Starts from the beginning, as often as needed.
    @FunctionalInterface
    interface Opener {
        /// @param around whether the values around a collection are wanted and not the collection: texts may then lack
        ///     its elements, and there are at least as many texts as otherwise
        Documents open(boolean around) throws IOException;
    }
}
