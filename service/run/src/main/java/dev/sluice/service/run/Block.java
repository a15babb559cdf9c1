package dev.sluice.service.run;

import dev.sluice.model.Activity;
import java.util.List;

/// A list of activities as the pipeline has it.
record Block(List<Activity> activities, Dependencies dependencies) {
    Block {
        activities = List.copyOf(activities);
    }

    static Block of(List<Activity> activities) {
        return new Block(activities, new Dependencies(activities));
    }
}
