package dev.sluice.data.spi;

import dev.sluice.data.batch.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes what statements give, in the order in which it comes, on the thread that runs them.
public interface SqlResults {
    /// A result with columns begins; names may repeat or be empty.
    void result(Schema columns);

    /// A row of the result that has begun.
    ///
    /// @param values by column, of the classes that [SqlParameter] lists; the receiver may keep the list
    void row(List<@Nullable Object> values);

    /// A statement without a result has changed that many rows; 0 also for one that changes no rows at all.
    void changed(long rows);

    /// The store says something to the user (`PRINT`, `RAISE NOTICE`).
    void message(String text);
}
