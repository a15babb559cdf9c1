package dev.sluice.data.remote.objects;

/// How many requests of a store may be sent again: a stock of [#STOCK], and a fifth of a try for every request
/// that succeeded. With many requests at once each has its own tries, and a store that fails under load would
/// get a multiple of it; here it gets at most a fifth more. Thread-safe.
final class RetryBudget {
    static final int STOCK = 60;
    static final double PER_SUCCESS = 0.2;

    private double left = STOCK;

    /// Takes one try; false when there is none left.
    synchronized boolean take() {
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }

    synchronized void succeeded() {
        left = Math.min(STOCK, left + PER_SUCCESS);
    }
}
