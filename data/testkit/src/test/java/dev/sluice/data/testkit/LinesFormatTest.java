package dev.sluice.data.testkit;

import dev.sluice.data.spi.Format;

class LinesFormatTest extends FormatContract {
    @Override
    protected Format format() {
        return new LinesFormat();
    }
}
