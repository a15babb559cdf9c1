package dev.sluice.ssis.engine.control;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.PrecedenceConstraint;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Runs the children of a container: each as soon as its precedence constraints hold, side by side where they allow it.
final class Containers {
    private final Execution execution;

    Containers(Execution execution) {
        this.execution = execution;
    }

    /// A child that has ended, with what stopped the engine itself, if anything did.
    private record Ended(
            Executable child, Result result, @Nullable Throwable broken) {}

    /// Runs all children.
    ///
    /// @return FAILURE when a child failed the container, or more errors were raised in it than it bears
    Result run(Live container) throws InterruptedException {
        Board board = new Board(container);
        BlockingQueue<Ended> ends = new LinkedBlockingQueue<>();
        Set<Thread> threads = new HashSet<>();
        int running = 0;
        try {
            while (true) {
                if (!execution.stopped() && !container.failed()) {
                    for (Executable child : board.ready()) {
                        running++;
                        threads.add(start(child, container, ends));
                    }
                }
                if (running == 0) {
                    break;
                }
                Ended end = ends.take();
                running--;
                if (end.broken() != null) {
                    throw new IllegalStateException(end.child() + " broke the engine", end.broken());
                }
                board.ended(end.child(), end.result());
            }
        } finally {
            threads.forEach(Thread::interrupt);
            join(threads);
        }
        if (execution.cancelled()) {
            return Result.CANCELLED;
        }
        return container.failed() ? Result.FAILURE : Result.SUCCESS;
    }

    private Thread start(Executable child, Live container, BlockingQueue<Ended> ends) {
        // A platform thread: tasks read pipes and call native code, which would hold the carriers of virtual ones.
        return Thread.ofPlatform().daemon().name("ssis " + child.refId()).start(() -> {
            try {
                ends.add(new Ended(child, execution.run(child, container), null));
            } catch (InterruptedException e) {
                ends.add(new Ended(child, Result.CANCELLED, null));
            } catch (Throwable e) {
                ends.add(new Ended(child, Result.FAILURE, e));
            }
        });
    }

    private static void join(Set<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Which children have started and how those that are over have ended.
    private static final class Board {
        private final Live container;
        private final Set<String> started = new HashSet<>();
        private final Map<String, Result> results = new HashMap<>();

        Board(Live container) {
            this.container = container;
        }

        void ended(Executable child, Result result) {
            results.put(key(child), result);
        }

        /// What may start now; counts as started from here on.
        List<Executable> ready() {
            Set<Executable> ready = new LinkedHashSet<>();
            for (Executable child : container.executable.children()) {
                if (!started.contains(key(child)) && holds(child)) {
                    started.add(key(child));
                    ready.add(child);
                }
            }
            return List.copyOf(ready);
        }

        private static String key(Executable e) {
            return e.refId();
        }

        /// All constraints of a child where one of them says `LogicalAnd`, else any one; a child without constraints
        /// may start at once.
        private boolean holds(Executable child) {
            List<PrecedenceConstraint> all = container.executable.constraints().stream()
                    .filter(c -> points(c.to(), child))
                    .toList();
            if (all.isEmpty()) {
                return true;
            }
            return all.stream().anyMatch(PrecedenceConstraint::and)
                    ? all.stream().allMatch(this::holds)
                    : all.stream().anyMatch(this::holds);
        }

        private static boolean points(String reference, Executable e) {
            return reference.equals(e.refId()) || !e.id().isEmpty() && reference.equalsIgnoreCase(e.id());
        }

        private boolean holds(PrecedenceConstraint c) {
            Result result = container.executable.children().stream()
                    .filter(child -> points(c.from(), child))
                    .findFirst()
                    .map(child -> results.get(key(child)))
                    .orElse(null);
            if (result == null || result == Result.CANCELLED) {
                return false;
            }
            boolean outcome = switch (c.outcome()) {
                case SUCCESS -> result == Result.SUCCESS;
                case FAILURE -> result == Result.FAILURE;
                case COMPLETION -> true;
            };
            return switch (c.evaluation()) {
                case CONSTRAINT -> outcome;
                case EXPRESSION -> truth(c);
                case EXPRESSION_AND_CONSTRAINT -> outcome && truth(c);
                case EXPRESSION_OR_CONSTRAINT -> outcome || truth(c);
            };
        }

        private boolean truth(PrecedenceConstraint c) {
            Object value = container.scope.evaluate(c.expression());
            if (value instanceof Boolean b) {
                return b;
            }
            throw SsisFaults.EXPRESSION_FAILED.with(
                    "expression",
                    c.expression(),
                    "detail",
                    "a precedence constraint needs true or false, not " + (value == null ? "NULL" : value),
                    "ssisCode",
                    "0xC020902B");
        }
    }
}
