package dev.sluice.data.spi;

import java.io.IOException;

/// A file being written: `write … finish` by one thread, then `publish` by the committing thread. Closing it
/// before [#publish()] removes every trace.
public interface FileOutput extends AutoCloseable {
    /// Path under which it will be visible.
    String path();

    /// Appends; the array is the caller's again when this returns.
    void write(byte[] bytes, int offset, int length) throws IOException;

    /// Bytes appended so far. May be asked by any thread.
    long size();

    /// All bytes are with the store and durable; the file is still invisible.
    void finish() throws IOException;

    /// Makes the file visible at once under its path. Doing it twice does no harm.
    void publish() throws IOException;

    /// Takes a publication back, before [#close()], when the others of the same copy could not follow: what was
    /// under the path before is there again, or nothing if there was nothing. Earlier content is never lost for
    /// it: a store that cannot bring it back leaves the new file, which is complete. So does this, as it stands
    /// here.
    default void withdraw() throws IOException {}

    @Override
    void close();
}
