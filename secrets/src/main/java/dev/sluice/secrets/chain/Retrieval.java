package dev.sluice.secrets.chain;

import java.io.IOException;
import java.net.URI;

/// Gets what a certificate points to. Called one after the other, on the thread of the check; limits on
/// size and time are the implementation's.
public interface Retrieval {
    /// @throws IOException when nothing usable came back; the message says why, in words for a person
    byte[] get(URI address) throws IOException;

    /// @throws IOException as [#get]
    byte[] post(URI address, String type, byte[] body) throws IOException;
}
