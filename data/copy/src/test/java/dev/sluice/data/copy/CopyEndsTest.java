package dev.sluice.data.copy;

import static dev.sluice.data.copy.Rig.ORDERS;
import static dev.sluice.data.copy.Rig.linesIn;
import static dev.sluice.data.copy.Rig.linesOut;
import static dev.sluice.data.copy.Rig.orderLines;
import static dev.sluice.data.copy.Rig.orders;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.testkit.FaultyFileStore;
import dev.sluice.data.testkit.MemoryTable;
import dev.sluice.data.testkit.MemoryTableConnector;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.RunFaults;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// However a copy ends and whenever, the sink has all rows or none, and nothing of it is left.
@Timeout(60)
class CopyEndsTest {
    private static final int ROWS = 30_000;
    private final List<List<@Nullable Object>> rows = orders(ROWS);

    /// Runs a copy that may end in that way, and checks what it leaves.
    private void ends(Rig rig, TestEndpoint source, TestEndpoint sink, Fault allowed) {
        boolean done = false;
        try {
            done = rig.copy(source, sink).rowsCopied() == ROWS;
            assertThat(done).isTrue();
        } catch (ProblemException e) {
            assertThat(e.problem().fault()).as(e.problem().toString()).isEqualTo(allowed);
        }
        assertThat(rig.tables.table("to").rows()).hasSize(done ? ROWS : 0);
    }

    private Rig rig(TestJob job) {
        Rig rig = new Rig(job);
        rig.tables.with("from", new MemoryTable(ORDERS, rows)).with("to", new MemoryTable(ORDERS));
        return rig;
    }

    @Test
    void cancelled_at_any_step() {
        for (int step = 0; step < 40; step++) {
            Rig rig = rig(new TestJob());
            rig.activity = Map.of("parallelCopies", new BigDecimal(1 + step % 4));
            AtomicInteger left = new AtomicInteger(step / 2);
            MemoryTable.Step cancel = (part, batch) -> {
                if (left.getAndDecrement() == 0) {
                    rig.job.cancel();
                }
            };
            rig.tables.table("from").onRead(step % 2 == 0 ? cancel : (part, batch) -> {});
            rig.tables.table("to").onWrite(step % 2 == 1 ? cancel : (part, batch) -> {});
            ends(rig, MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"), RunFaults.CANCELLED);
        }
    }

    @Test
    void with_any_grant_of_memory() {
        for (long grant = 1_000; grant < 4_000_000; grant += grant / 3) {
            Rig rig = rig(new TestJob(grant, "a"));
            rig.activity = Map.of("parallelCopies", "3");
            ends(rig, MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"), NodeFaults.OUT_OF_MEMORY);
        }
    }

    @Test
    void with_any_room_on_the_disk() {
        String text = orderLines(1, ROWS);
        for (long room = 0; room < text.length() * 2L; room = room * 2 + 1_000) {
            Rig rig = rig(new TestJob());
            rig.files.put("in/a.lines", text);
            rig.files.put("in/b.lines", text);
            long bytes = room;
            rig.around = s -> new FaultyFileStore(s).fullAfter(bytes);
            try {
                CopyResult result = rig.copy(
                        linesIn().location("folderPath", "in"), linesOut().location("folderPath", "out"));
                assertThat(result.filesWritten()).isEqualTo(2);
                assertThat(rig.files.text("out/b.lines").equals(text)).isTrue();
            } catch (ProblemException e) {
                assertThat(e.problem().code()).isEqualTo("DiskFull");
                assertThat(rig.files.paths()).containsExactly("in/a.lines", "in/b.lines");
            }
        }
    }
}
