package dev.sluice.formats.orc;

import dev.sluice.data.spi.Format;
import dev.sluice.data.testkit.FormatContract;
import java.io.IOException;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

class OrcContractTest extends FormatContract {
    @Override
    protected Format format() {
        return new OrcFormat();
    }

    @Override
    protected boolean noticesTruncation() {
        return true;
    }

    @Test
    @Disabled("OPEN: where bytes within a stripe were changed, the library may decode for minutes before it notices; "
            + "OrcLibraryTest tries files that were cut")
    @Override
    protected void damaged_files_are_refused_or_read_but_never_worse() throws IOException {
        super.damaged_files_are_refused_or_read_but_never_worse();
    }
}
