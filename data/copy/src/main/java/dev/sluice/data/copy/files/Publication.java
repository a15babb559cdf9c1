package dev.sluice.data.copy.files;

import dev.sluice.data.spi.FileOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Makes the files of a copy visible, one after the other. When one fails, those before it are taken back, the
/// last first; what they had replaced is not lost ([FileOutput#withdraw()]). For the committing thread.
public final class Publication {
    private final List<FileOutput> outputs;
    private final Deque<FileOutput> shown = new ArrayDeque<>();

    public Publication(List<FileOutput> outputs) {
        this.outputs = outputs;
    }

    /// All of them are visible, or the failure that kept one from it is thrown and as few as possible are.
    public void publish() throws IOException {
        try {
            for (FileOutput output : outputs) {
                shown.push(output);
                output.publish();
            }
        } catch (IOException | RuntimeException e) {
            takeBack(e);
            throw e;
        }
    }

    /// Also the one that failed: it may be there although the store said otherwise.
    private void takeBack(Exception origin) {
        for (FileOutput output : shown) {
            try {
                output.withdraw();
            } catch (IOException | RuntimeException again) {
                origin.addSuppressed(again);
            }
        }
    }
}
