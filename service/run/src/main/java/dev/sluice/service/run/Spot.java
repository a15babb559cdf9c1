package dev.sluice.service.run;

import dev.sluice.model.Activity;

/// One activity in one frame: what has a state of its own.
record Spot(Frame frame, Activity activity) {
    /// The activity's path in the run, e.g. `Loop[3]/Copy1`.
    String path() {
        return frame.prefix() + activity.name();
    }
}
