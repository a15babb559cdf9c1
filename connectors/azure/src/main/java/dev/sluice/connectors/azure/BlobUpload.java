package dev.sluice.connectors.azure;

import dev.sluice.data.remote.objects.Calls.Scope;
import dev.sluice.data.remote.objects.PartedOutput;
import dev.sluice.data.spi.FileAttributes;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// A blob of staged blocks: the block list, committed once, makes them a blob. Blocks without a list are invisible; the
/// service removes them after a week. A container that is missing is made.
final class BlobUpload implements PartedOutput.Upload {
    private static final AtomicLong WRITERS = new AtomicLong(System.nanoTime());

    private final BlobContainer container;
    private final String path;
    private final FileAttributes attributes;
    private final BlockPlan plan;

    /// @param attempt identity of the attempt
    BlobUpload(
            BlobContainer container, String path, WriteSettings settings, FileAttributes attributes, String attempt) {
        this.container = container;
        this.path = path;
        this.attributes = settings.with(attributes);
        this.plan = new BlockPlan(settings.firstBlock(), attempt, WRITERS.incrementAndGet());
    }

    @Override
    public int size(int part) {
        if (part >= BlockPlan.MOST_BLOCKS) {
            throw tooManyBlocks();
        }
        return plan.size(part);
    }

    private ProblemException tooManyBlocks() {
        return DataFaults.TRANSFER_FAILED
                .problem()
                .on(Kind.SINK)
                .evidence("action", "write")
                .evidence("path", path)
                .evidence("store", container.place())
                .evidence("detail", "a blob has at most " + BlockPlan.MOST_BLOCKS + " blocks")
                .exception();
    }

    @Override
    public void send(Scope scope, int part, byte[] bytes, int length) throws IOException {
        try {
            container.stage(scope, path, plan.id(part), bytes, length);
        } catch (ProblemException e) {
            if (e.problem().fault() != DataFaults.CONTAINER_MISSING) {
                throw e;
            }
            container.create(scope);
            container.stage(scope, path, plan.id(part), bytes, length);
        }
    }

    @Override
    public boolean complete(Scope scope, int parts) throws IOException {
        List<String> blocks = IntStream.range(0, parts).mapToObj(plan::id).toList();
        try {
            return container.commit(scope, path, blocks, attributes);
        } catch (ProblemException e) {
            // An empty blob has staged nothing that would have made the container.
            if (e.problem().fault() != DataFaults.CONTAINER_MISSING || parts > 0) {
                throw e;
            }
            container.create(scope);
            return container.commit(scope, path, blocks, attributes);
        }
    }

    @Override
    public void remove(Scope scope) throws IOException {
        container.delete(scope, path);
    }

    @Override
    public void abandon() {
        // Nothing is visible, and the service removes it.
    }
}
