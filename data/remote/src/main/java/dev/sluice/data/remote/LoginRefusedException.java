package dev.sluice.data.remote;

import java.io.IOException;

/// The server does not let the user in.
public final class LoginRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    public LoginRefusedException(String message, Throwable cause) {
        super(message, cause);
    }

    public LoginRefusedException(String message) {
        super(message);
    }
}
