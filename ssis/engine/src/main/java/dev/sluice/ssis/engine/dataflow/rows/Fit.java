package dev.sluice.ssis.engine.dataflow.rows;

import dev.sluice.ssis.engine.expression.Convert;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;

/// Makes values of one type fit a column of another, and says when something of a value is lost on the way. One thread.
public final class Fit {
    private final SsisType from;
    private final SsisType to;
    private final SsisType roomy;
    private boolean truncated;

    /// @param from type of the values; their class must be the one it lists
    public Fit(SsisType from, SsisType to) {
        this.from = from;
        this.to = to;
        this.roomy = new SsisType(to.kind(), Integer.MAX_VALUE, to.precision(), to.scale(), to.codePage());
    }

    /// Whether values of the one type can become the other at all.
    public static boolean possible(SsisType from, SsisType to) {
        return Convert.allowed(from, to);
    }

    /// The value as the column holds it; [#truncated()] then says whether all of it.
    ///
    /// @throws RowFailure when the value cannot become that type
    public Object apply(Object value) {
        truncated = false;
        return switch (to.kind()) {
            case STR -> narrow(text(value));
            case WSTR -> wide(text(value));
            case BYTES -> bytes(Convert.value(value, from, roomy));
            case DBTIME, DBTIME2, DBTIMESTAMP, DBTIMESTAMP2, DBTIMESTAMPOFFSET -> moment(value);
            default -> from.equals(to) ? value : Convert.value(value, from, to);
        };
    }

    public boolean truncated() {
        return truncated;
    }

    private String text(Object value) {
        return value instanceof String s ? s : (String) Convert.value(value, from, roomy);
    }

    private String narrow(String text) {
        CodePages.Fitted fitted = CodePages.fit(text, to.length(), to.codePage());
        truncated = !fitted.whole();
        return fitted.text();
    }

    private String wide(String text) {
        truncated = text.length() > to.length();
        return truncated ? text.substring(0, to.length()) : text;
    }

    private Object bytes(Object value) {
        byte[] bytes = (byte[]) value;
        truncated = bytes.length > to.length();
        return truncated ? Arrays.copyOf(bytes, to.length()) : bytes;
    }

    /// A fraction of a second that the target has no digits for is lost.
    private Object moment(Object value) {
        Object moment = Convert.value(value, from, to);
        int before = nanos(value);
        truncated = from.kind() != to.kind() && before >= 0 && nanos(moment) != before
                || from.kind() == to.kind() && before != nanos(moment) && before >= 0;
        return moment;
    }

    private static int nanos(Object value) {
        return switch (value) {
            case LocalDateTime t -> t.getNano();
            case LocalTime t -> t.getNano();
            case OffsetDateTime t -> t.getNano();
            default -> -1;
        };
    }
}
