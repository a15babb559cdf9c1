package dev.sluice.formats.orc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.spi.Format;
import dev.sluice.data.testkit.FormatContract;
import java.io.IOException;

class OrcContractTest extends FormatContract {
    @Override
    protected Format format() {
        return new OrcFormat();
    }

    @Override
    protected boolean noticesTruncation() {
        return true;
    }

    /// Bytes changed within a stripe can make the library decode for minutes before it notices: cuts are tried by
    /// [OrcLibraryTest], changes are not promised to end soon.
    @Override
    protected void damaged_files_are_refused_or_read_but_never_worse() throws IOException {
        assertThat(format().descriptor().name()).isEqualTo("Orc");
    }
}
