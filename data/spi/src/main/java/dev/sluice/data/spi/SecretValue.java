package dev.sluice.data.spi;

/// A secret on its way to a driver: never printed, never compared, revealed only where a client library asks for it.
public final class SecretValue {
    private final String value;

    public SecretValue(String value) {
        this.value = value;
    }

    /// The plain value. Do not log it, put it into a message or keep it in a field.
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "**********";
    }
}
