package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Buffers that wait for an operator, per input. A producer waits while its input holds as many buffers as allowed;
/// but while the operator itself waits for another input, what comes is written to disk: the rows it waits for may be
/// behind the ones it does not take (one source that reaches a merge by two ways).
final class Arrivals implements Inputs {
    private static final int NONE = -1;
    private static final int ANY = -2;

    private final String component;
    private final int capacity;
    private final Scratch scratch;
    private final List<Lane> lanes = new ArrayList<>();
    private final Deque<Integer> order = new ArrayDeque<>();
    private final ThreadTime time;
    private int waitingFor = NONE;

    /// @param attached whether the input has a path
    Arrivals(
            String component,
            List<Layout> layouts,
            boolean[] attached,
            int capacity,
            Scratch scratch,
            ThreadTime time) {
        this.component = component;
        this.capacity = capacity;
        this.scratch = scratch;
        this.time = time;
        for (int i = 0; i < layouts.size(); i++) {
            lanes.add(new Lane(layouts.get(i), !attached[i]));
        }
    }

    private static final class Lane {
        private final Layout layout;
        /// Buffers, or files of one buffer each.
        private final Deque<Object> waiting = new ArrayDeque<>();

        private int inMemory;
        private boolean ended;

        Lane(Layout layout, boolean ended) {
            this.layout = layout;
            this.ended = ended;
        }
    }

    synchronized void put(int input, Buffer buffer) throws IOException, InterruptedException {
        Lane lane = lanes.get(input);
        while (lane.inMemory >= capacity && !starvedElsewhere(input)) {
            wait();
        }
        if (lane.inMemory >= capacity) {
            Scratch.Spill spill = scratch.spill(component, lane.layout);
            spill.write(buffer);
            spill.written();
            lane.waiting.add(spill);
        } else {
            lane.waiting.add(buffer);
            lane.inMemory++;
        }
        order.add(input);
        notifyAll();
    }

    private boolean starvedElsewhere(int input) {
        return waitingFor >= 0
                && waitingFor != input
                && lanes.get(waitingFor).waiting.isEmpty();
    }

    synchronized void end(int input) {
        lanes.get(input).ended = true;
        notifyAll();
    }

    @Override
    public @Nullable Buffer next(int input) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Object taken;
        Lane lane = lanes.get(input);
        synchronized (this) {
            waitingFor = input;
            notifyAll();
            while (lane.waiting.isEmpty() && !lane.ended) {
                wait();
            }
            waitingFor = NONE;
            taken = taken(lane);
        }
        time.outside(System.nanoTime() - start);
        return opened(taken);
    }

    @Override
    public @Nullable Arrival nextOfAny() throws IOException, InterruptedException {
        long start = System.nanoTime();
        Object taken;
        int input;
        synchronized (this) {
            waitingFor = ANY;
            while (order.isEmpty() && !lanes.stream().allMatch(l -> l.ended)) {
                wait();
            }
            waitingFor = NONE;
            if (order.isEmpty()) {
                return null;
            }
            input = order.remove();
            taken = taken(lanes.get(input));
        }
        time.outside(System.nanoTime() - start);
        Buffer buffer = opened(taken);
        return buffer == null ? null : new Arrival(input, buffer);
    }

    private @Nullable Object taken(Lane lane) {
        Object taken = lane.waiting.poll();
        if (taken instanceof Buffer) {
            lane.inMemory--;
        }
        notifyAll();
        return taken;
    }

    private static @Nullable Buffer opened(@Nullable Object taken) throws IOException {
        if (taken instanceof Scratch.Spill spill) {
            Buffer buffer = spill.next();
            spill.close();
            return buffer;
        }
        return (Buffer) taken;
    }
}
