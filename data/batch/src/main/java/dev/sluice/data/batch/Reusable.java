package dev.sluice.data.batch;

/// What an [Exchange] hands over: filled, read, emptied, filled again, and released once.
public interface Reusable extends AutoCloseable {
    /// Empties it for reuse.
    void clear();

    /// Gives back what it holds; called once, by whoever owns it then.
    @Override
    void close();
}
