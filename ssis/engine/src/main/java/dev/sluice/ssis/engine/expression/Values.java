package dev.sluice.ssis.engine.expression;

import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/// Values of one evaluation, of the classes that [SsisType.Kind] lists.
public interface Values {
    @Nullable
    Object column(int slot);

    @Nullable
    Object variable(int slot);

    /// The time that GETDATE and GETUTCDATE mean.
    Instant now();

    /// The zone of GETDATE.
    ZoneId zone();
}
