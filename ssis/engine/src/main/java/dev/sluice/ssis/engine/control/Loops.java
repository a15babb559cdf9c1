package dev.sluice.ssis.engine.control;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.packages.Enumerator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// For and Foreach loops: the children run once for each round, one round after the other.
final class Loops {
    /// A loop that would never end is an error of its package.
    private static final long MOST_ROUNDS = 10_000_000;

    private final Containers containers;
    private final Enumerations enumerations;
    private final Execution execution;

    Loops(Containers containers, PathMap paths, Tasks tasks, Execution execution) {
        this.containers = containers;
        this.enumerations = new Enumerations(paths, tasks);
        this.execution = execution;
    }

    Result forLoop(Live loop) throws InterruptedException {
        String init = loop.properties().text("InitExpression", "");
        String test = loop.properties().text("EvalExpression", "");
        String assign = loop.properties().text("AssignExpression", "");
        if (!init.isBlank()) {
            loop.scope.run(init);
        }
        for (long round = 0; truth(loop.scope.evaluate(test), test); round++) {
            if (round == MOST_ROUNDS) {
                throw SsisFaults.LIMIT_EXCEEDED.with(
                        "file",
                        loop.executable.refId(),
                        "what",
                        "number of rounds",
                        "value",
                        round + 1,
                        "limit",
                        MOST_ROUNDS);
            }
            Result result = containers.run(loop);
            if (result != Result.SUCCESS || execution.stopped()) {
                return result;
            }
            if (!assign.isBlank()) {
                loop.scope.run(assign);
            }
        }
        return Result.SUCCESS;
    }

    private static boolean truth(@Nullable Object value, String expression) {
        if (value instanceof Boolean b) {
            return b;
        }
        throw SsisFaults.EXPRESSION_FAILED.with(
                "expression",
                expression,
                "detail",
                "the test of a For loop needs true or false, not " + (value == null ? "NULL" : value),
                "ssisCode",
                "0xC020902B");
    }

    Result foreachLoop(Live loop) throws InterruptedException {
        Enumerator enumerator = loop.executable.enumerator();
        if (enumerator == null) {
            throw SsisFaults.LOOP_INVALID.with("loop", loop.executable.name(), "detail", "it has no enumerator");
        }
        Iterator<List<@Nullable Object>> values = enumerations.of(enumerator, loop);
        while (values.hasNext()) {
            List<@Nullable Object> value = values.next();
            for (Enumerator.VariableMapping mapping : enumerator.mappings()) {
                if (mapping.index() >= value.size()) {
                    throw SsisFaults.LOOP_INVALID.with(
                            "loop",
                            loop.executable.name(),
                            "detail",
                            "the variable " + mapping.variable() + " is mapped to part " + mapping.index()
                                    + " of values that have " + value.size());
                }
                loop.scope.require(mapping.variable()).set(value.get(mapping.index()));
            }
            Result result = containers.run(loop);
            if (result != Result.SUCCESS || execution.stopped()) {
                return result;
            }
        }
        return Result.SUCCESS;
    }
}
