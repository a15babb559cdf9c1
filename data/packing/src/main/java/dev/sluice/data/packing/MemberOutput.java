package dev.sluice.data.packing;

import java.io.IOException;

/// An archive being written, whose first member is begun.
interface MemberOutput {
    /// Ends the current member and begins another one.
    void next(String name) throws IOException;
}
