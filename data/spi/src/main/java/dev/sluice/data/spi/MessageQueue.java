package dev.sluice.data.spi;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// A queue of a store in which it tells what happens to its files. Nodes read it for triggers, one thread at a time.
public interface MessageQueue extends AutoCloseable {
    /// @param receipt by which this reader, and nobody else, may remove it while it is hidden
    record Message(String id, String receipt, String text) {}

    /// The next messages, hidden from everybody for a while; those that are not removed until then come again. Empty
    /// when there are none now.
    ///
    /// @param most at most 32
    List<Message> receive(int most, Duration hidden) throws IOException;

    /// Removes a message. One that is gone, or has come again and may be another reader's, is no error.
    void remove(String id, String receipt) throws IOException;

    /// Puts a text into the queue for messages that cannot be used, which is made when it is not there.
    void setAside(String text) throws IOException;

    @Override
    void close();
}
