package dev.sluice.data.remote.objects;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// Waits until a request that was just ended has let go of its buffer.
final class Ending {
    private Ending() {}

    /// How it ended does not matter; an interrupt does not shorten the wait, which is short.
    static void await(Future<?> request) {
        boolean interrupted = false;
        while (true) {
            try {
                request.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException ended) {
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
