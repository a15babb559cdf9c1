package dev.sluice.data.spi;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A connection that runs a user's statements, one call after another, by one thread; every call is committed when it
/// returns. What a failed call leaves behind is the store's affair: nothing, where its statements are one transaction.
///
/// Cancelling calls [#close()] from another thread, which must end a call that waits. Failures are
/// [dev.sluice.diagnosis.ProblemException]s on the endpoint's side; a statement that the store refuses is
/// `QueryFailed` with the store's own words and, where it gives one, the place in the text.
public interface SqlSession extends AutoCloseable {
    /// Runs a text as the store takes it, one statement or several, and hands over what comes of it in order.
    ///
    /// A parameter is named in the text as is usual in the store (`@name`, `:name`, `?` in order); the text's own
    /// literals and comments are not touched.
    ///
    /// @param limit most rows taken from each result; the rest is not read
    /// @param timeout after which the store is asked to stop; zero: none but the linked service's
    /// @return the values of output parameters by their names, as [SqlParameter] says; empty without any
    Map<String, @Nullable Object> execute(
            String text, List<SqlParameter> parameters, int limit, Duration timeout, SqlResults results)
            throws IOException;

    /// Calls a stored procedure, or what stands for one (a function), by its name as SQL writes it: `p`, `s.p`,
    /// `[s].[p]`, `"s"."p"`. Parameters are given by name; one with an empty name stands at its place in the list.
    ///
    /// @return as [#execute]
    Map<String, @Nullable Object> call(
            String procedure, List<SqlParameter> parameters, int limit, Duration timeout, SqlResults results)
            throws IOException;

    @Override
    void close();
}
