package dev.sluice.service.run;

import dev.sluice.model.Activity;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A list of activities being worked through: the pipeline's own, a branch of a container, or one iteration of a loop.
///
/// @param owner the container; null for the pipeline's own list
/// @param index which iteration or pass; -1 where there is only one
/// @param block the activities
/// @param item what `item()` reads inside unless an inner loop has one; null when this is no iteration of a ForEach
record Frame(
        @Nullable Spot owner,
        int index,
        Block block,
        @Nullable JsonNode item) {
    /// Where the frame stands: `Loop[3]` or `If1`; empty for the pipeline's own list.
    String key() {
        if (owner == null) {
            return "";
        }
        return index < 0 ? owner.path() : owner.path() + "[" + index + "]";
    }

    /// What the paths of the activities in it begin with.
    String prefix() {
        return owner == null ? "" : key() + "/";
    }

    /// The frame that the container stands in.
    @Nullable
    Frame outer() {
        return owner == null ? null : owner.frame();
    }

    Spot at(Activity activity) {
        return new Spot(this, activity);
    }

    List<Spot> spots() {
        return block.activities().stream().map(this::at).toList();
    }

    /// The key of the innermost iteration that this frame belongs to; empty outside loops.
    String iteration() {
        Frame frame = this;
        while (frame != null && frame.index < 0) {
            frame = frame.outer();
        }
        return frame == null ? "" : frame.key();
    }
}
