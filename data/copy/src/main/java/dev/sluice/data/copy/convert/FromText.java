package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;

/// Text to any type: the canonical form at full speed, other accepted forms through [LenientText].
final class FromText implements Converter {
    private final LenientText lenient;
    private final boolean patternFirst;

    /// @param patternFirst whether the activity has set a format, which then comes before the canonical form
    FromText(LenientText lenient, boolean patternFirst) {
        this.lenient = lenient;
        this.patternFirst = patternFirst;
    }

    @Override
    public void convert(Vector from, Vector into, int rows, Refusals refusals) {
        BytesVector text = (BytesVector) from;
        int[] offsets = text.offsets();
        byte[] data = text.data();
        for (int row = 0; row < rows; row++) {
            if (text.isNull(row)) {
                into.setNull(row);
                continue;
            }
            int start = offsets[row];
            int end = offsets[row + 1];
            boolean done = !patternFirst && TextForm.parse(data, start, end, into, row);
            if (!done
                    && !lenient.parse(text.text(row), into, row)
                    && !(patternFirst && TextForm.parse(data, start, end, into, row))) {
                into.setNull(row);
                refusals.refuse(row, from, lenient.detail());
            }
        }
    }
}
