package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;

/// Any column to its canonical text.
final class ToText implements Converter {
    private final boolean booleanAsNumber;

    ToText(boolean booleanAsNumber) {
        this.booleanAsNumber = booleanAsNumber;
    }

    @Override
    public void convert(Vector from, Vector into, int rows, Refusals refusals) {
        BytesVector text = (BytesVector) into;
        if (booleanAsNumber) {
            digits((IntVector) from, text, rows);
            return;
        }
        boolean bytes = from.type().isBytes();
        int fixed = bytes ? 0 : TextForm.maxLength(from.type());
        int[] offsets = text.offsets();
        int at = 0;
        for (int row = 0; row < rows; row++) {
            if (from.isNull(row)) {
                text.setNull(row);
                continue;
            }
            byte[] out = text.reserve(at, bytes ? TextForm.length(from, row) : fixed);
            at = TextForm.write(from, row, out, at);
            offsets[row + 1] = at;
        }
    }

    private static void digits(IntVector from, BytesVector text, int rows) {
        for (int row = 0; row < rows; row++) {
            if (from.isNull(row)) {
                text.setNull(row);
                continue;
            }
            int at = text.offsets()[row];
            text.reserve(at, 1)[at] = (byte) (from.values()[row] == 0 ? '0' : '1');
            text.offsets()[row + 1] = at + 1;
        }
    }
}
