package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;

/// Text to any type: the canonical form at full speed, other accepted forms through [LenientText].
final class FromText implements Converter {
    private static final int[] NO_INTS = {};
    private static final long[] NO_LONGS = {};

    /// Types that most columns have, tried in their plain form without the choice that [TextForm#parse] makes per
    /// value.
    private enum Quick {
        INT32,
        INT64,
        DECIMAL,
        DATE,
        NONE
    }

    private final LenientText lenient;
    private final boolean patternFirst;

    /// @param patternFirst whether the activity has set a format, which then comes before the canonical form
    FromText(LenientText lenient, boolean patternFirst) {
        this.lenient = lenient;
        this.patternFirst = patternFirst;
    }

    private static Quick quick(DataType type) {
        return switch (type.kind()) {
            case INT32 -> Quick.INT32;
            case INT64 -> Quick.INT64;
            case DATE -> Quick.DATE;
            case DECIMAL -> type.precision() <= DataType.LONG_DIGITS ? Quick.DECIMAL : Quick.NONE;
            default -> Quick.NONE;
        };
    }

    @Override
    public void convert(Vector from, Vector into, int rows, Refusals refusals) {
        BytesVector text = (BytesVector) from;
        int[] offsets = text.offsets();
        byte[] data = text.data();
        Quick quick = patternFirst ? Quick.NONE : quick(into.type());
        int[] ints = into instanceof IntVector v ? v.values() : NO_INTS;
        long[] longs = into instanceof LongVector v ? v.values() : NO_LONGS;
        int precision = into.type().precision();
        int scale = into.type().scale();
        for (int row = 0; row < rows; row++) {
            if (text.isNull(row)) {
                into.setNull(row);
                continue;
            }
            int start = offsets[row];
            int end = offsets[row + 1];
            boolean plain = start < end
                    && switch (quick) {
                        case INT32 -> TextForm.parseWhole(data, start, end, ints, row);
                        case INT64 -> TextForm.parseWhole(data, start, end, longs, row);
                        case DECIMAL -> TextForm.parseDecimal(data, start, end, precision, scale, longs, row);
                        case DATE -> TextForm.parseDate(data, start, end, ints, row);
                        case NONE -> false;
                    };
            if (plain) {
                continue;
            }
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
