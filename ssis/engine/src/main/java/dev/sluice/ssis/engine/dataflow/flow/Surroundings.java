package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.dataflow.Connections;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What all components of one data flow share. Thread-safe.
public final class Surroundings {
    private final TaskCall call;
    private final Connections connections;
    private final MemoryBudget memory;
    private final Scratch scratch;
    private final BufferBuilder.Sizing sizing;
    private final Set<Runnable> stops = ConcurrentHashMap.newKeySet();

    public Surroundings(
            TaskCall call, Connections connections, MemoryBudget memory, Scratch scratch, BufferBuilder.Sizing sizing) {
        this.call = call;
        this.connections = connections;
        this.memory = memory;
        this.scratch = scratch;
        this.sizing = sizing;
    }

    public TaskCall call() {
        return call;
    }

    public Connections connections() {
        return connections;
    }

    /// The grant of all operators that keep rows.
    public MemoryBudget memory() {
        return memory;
    }

    public Scratch scratch() {
        return scratch;
    }

    public BufferBuilder.Sizing sizing() {
        return sizing;
    }

    public synchronized void error(int code, String text) {
        call.events().error(code, text);
    }

    public synchronized void warning(int code, String text) {
        call.events().warning(code, text);
    }

    public synchronized void information(String text) {
        call.events().information(text);
    }

    public synchronized void progress(int percent, String text) {
        call.events().progress(percent, text);
    }

    /// What ends a call that does not end by an interrupt. Must not throw, may be called by any thread.
    public void onStop(Runnable stop) {
        stops.add(stop);
    }

    public void offStop(Runnable stop) {
        stops.remove(stop);
    }

    void stop() {
        stops.forEach(Runnable::run);
    }
}
