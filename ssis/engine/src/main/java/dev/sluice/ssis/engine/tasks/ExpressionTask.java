package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import org.jspecify.annotations.Nullable;

/// Expression Task: evaluates, and assigns where the text says so.
final class ExpressionTask implements TaskRunner {
    @Override
    public @Nullable Object run(TaskCall call) {
        return call.scope().run(Payload.of(call).text("Expression", ""));
    }
}
