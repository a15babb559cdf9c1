package dev.sluice.data.batch;

/// What the consumer of an [Exchange] sees when a producer failed; the cause is the producer's failure.
public final class ProducerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProducerFailedException(Throwable cause) {
        super(cause);
    }
}
