package dev.sluice.service.run;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A run that is to be made once more, from a point on.
///
/// @param of the run as it ended
/// @param startActivity the activity of the pipeline's own list to start from; null for none
/// @param fromFailure whether what succeeded is kept; of no meaning when there is a start activity
public record Rerun(RunState of, @Nullable String startActivity, boolean fromFailure) {
    Optional<String> start() {
        return Optional.ofNullable(startActivity);
    }

    /// Whether nothing is kept: the run begins at the beginning.
    boolean whole() {
        return startActivity == null && !fromFailure;
    }
}
