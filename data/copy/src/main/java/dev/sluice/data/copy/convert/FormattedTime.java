package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/// Dates and times in the activity's own format.
final class FormattedTime {
    private FormattedTime() {}

    /// To text.
    static final class ToText implements Converter {
        private final DataType from;
        private final TimePattern pattern;

        ToText(DataType from, TimePattern pattern) {
            this.from = from;
            this.pattern = pattern;
        }

        @Override
        public void convert(Vector source, Vector into, int rows, Refusals refusals) {
            BytesVector text = (BytesVector) into;
            for (int row = 0; row < rows; row++) {
                if (source.isNull(row)) {
                    text.setNull(row);
                    continue;
                }
                try {
                    text.set(row, pattern.format(moment(source, row)));
                } catch (DateTimeException e) {
                    text.setNull(row);
                    refusals.refuse(row, source, "the format cannot show it.");
                }
            }
        }

        private OffsetDateTime moment(Vector v, int row) {
            if (v instanceof IntVector days) {
                return OffsetDateTime.of(
                        java.time.LocalDate.ofEpochDay(days.values()[row]),
                        java.time.LocalTime.MIDNIGHT,
                        ZoneOffset.UTC);
            }
            long units = ((LongVector) v).values()[row];
            long perSecond = from.unitsPerSecond();
            return java.time.Instant.ofEpochSecond(
                            Math.floorDiv(units, perSecond),
                            Math.floorMod(units, perSecond) * (1_000_000_000L / perSecond))
                    .atOffset(ZoneOffset.UTC);
        }
    }
}
