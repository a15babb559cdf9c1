package dev.sluice.data.batch;

/// Dates, times and spans as text, on the proleptic Gregorian calendar.
final class TimeText {
    private static final long FAILED = IntegerText.FAILED;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final int DAYS_PER_ERA = 146_097;
    private static final int EPOCH_SHIFT = 719_468;
    private static final long FIRST_PLAIN_DAY = -719_162;
    private static final long LAST_PLAIN_DAY = 2_932_896;
    private static final byte[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    /// Of each day of a year that begins in March: the month, and the day in the low eight bits.
    private static final short[] MONTHS_AND_DAYS = new short[366];

    static {
        for (int dayOfYear = 0; dayOfYear < MONTHS_AND_DAYS.length; dayOfYear++) {
            int marchMonth = (5 * dayOfYear + 2) / 153;
            int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
            MONTHS_AND_DAYS[dayOfYear] = (short) (month << 8 | dayOfYear - (153 * marchMonth + 2) / 5 + 1);
        }
    }

    /// Most digits of a year; more could not be counted in any unit.
    private static final int YEAR_DIGITS = 9;

    private TimeText() {}

    /// Year, month and day of a day number by eras of 400 years, after Howard Hinnant's public-domain algorithms.
    static int writeDate(long day, byte[] out, int at) {
        if (day >= FIRST_PLAIN_DAY && day <= LAST_PLAIN_DAY) {
            return writePlainDate((int) day + EPOCH_SHIFT, out, at);
        }
        long shifted = day + EPOCH_SHIFT;
        long era = Math.floorDiv(shifted, DAYS_PER_ERA);
        int dayOfEra = (int) (shifted - era * DAYS_PER_ERA);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int marchMonth = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
        int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        int pos = writeYear(year, out, at);
        out[pos] = '-';
        pos = IntegerText.writePair(month, out, pos + 1);
        out[pos] = '-';
        return IntegerText.writePair(dayOfMonth, out, pos + 1);
    }

    /// The same for the years 1 to 9999, where everything is positive and fits an `int`.
    private static int writePlainDate(int shifted, byte[] out, int at) {
        int era = shifted / DAYS_PER_ERA;
        int dayOfEra = shifted - era * DAYS_PER_ERA;
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int monthAndDay = MONTHS_AND_DAYS[dayOfYear];
        int month = monthAndDay >>> 8;
        int year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        int century = year / 100;
        IntegerText.writePair(century, out, at);
        IntegerText.writePair(year - century * 100, out, at + 2);
        out[at + 4] = '-';
        IntegerText.writePair(month, out, at + 5);
        out[at + 7] = '-';
        return IntegerText.writePair(monthAndDay & 255, out, at + 8);
    }

    private static int writeYear(long year, byte[] out, int at) {
        if (year >= 0 && year <= 9999) {
            IntegerText.writePair((int) year / 100, out, at);
            return IntegerText.writePair((int) year % 100, out, at + 2);
        }
        out[at] = (byte) (year < 0 ? '-' : '+');
        long magnitude = Math.abs(year);
        return IntegerText.writePadded(magnitude, Math.max(4, IntegerText.digits(magnitude)), out, at + 1);
    }

    static int writeTimestamp(long value, int scale, byte[] out, int at) {
        long seconds = seconds(value, scale);
        long fraction = value - seconds * IntegerText.POWERS[scale];
        long day = Math.floorDiv(seconds, SECONDS_PER_DAY);
        int pos = writeDate(day, out, at);
        out[pos] = ' ';
        pos = writeClock((int) (seconds - day * SECONDS_PER_DAY), out, pos + 1);
        return writeFraction(fraction, scale, out, pos);
    }

    static int writeInstant(long value, int scale, byte[] out, int at) {
        int pos = writeTimestamp(value, scale, out, at);
        out[pos++] = ' ';
        out[pos++] = '+';
        pos = IntegerText.writePair(0, out, pos);
        out[pos++] = ':';
        return IntegerText.writePair(0, out, pos);
    }

    /// Whole seconds, rounded down; the divisors are constants for the sake of the compiler.
    private static long seconds(long value, int scale) {
        return switch (scale) {
            case 3 -> Math.floorDiv(value, 1_000L);
            case 6 -> Math.floorDiv(value, 1_000_000L);
            case 7 -> Math.floorDiv(value, 10_000_000L);
            default -> Math.floorDiv(value, 1_000_000_000L);
        };
    }

    private static int writeClock(int secondOfDay, byte[] out, int at) {
        int minutes = secondOfDay / 60;
        int hours = minutes / 60;
        int pos = IntegerText.writePair(hours, out, at);
        out[pos] = ':';
        pos = IntegerText.writePair(minutes - hours * 60, out, pos + 1);
        out[pos] = ':';
        return IntegerText.writePair(secondOfDay - minutes * 60, out, pos + 1);
    }

    private static int writeFraction(long fraction, int scale, byte[] out, int at) {
        if (fraction == 0) {
            return at;
        }
        out[at] = '.';
        int end = IntegerText.writePadded(fraction, scale, out, at + 1);
        while (out[end - 1] == '0') {
            end--;
        }
        return end;
    }

    /// A time of day; a value outside a day is written as the span it is, so that nothing is hidden.
    static int writeTime(long value, int scale, byte[] out, int at) {
        long seconds = seconds(value, scale);
        if (value < 0 || seconds > SECONDS_PER_DAY) {
            return writeDuration(value, scale, out, at);
        }
        int pos = writeClock((int) seconds, out, at);
        return writeFraction(value - seconds * IntegerText.POWERS[scale], scale, out, pos);
    }

    static int writeDuration(long value, int scale, byte[] out, int at) {
        int pos = at;
        long power = IntegerText.POWERS[scale];
        long whole = Math.abs(value / power);
        long fraction = Math.abs(value % power);
        if (value < 0) {
            out[pos++] = '-';
        }
        long days = whole / SECONDS_PER_DAY;
        if (days > 0) {
            pos = IntegerText.writeUnsigned(days, out, pos);
            out[pos++] = '.';
        }
        pos = writeClock((int) (whole - days * SECONDS_PER_DAY), out, pos);
        return writeFraction(fraction, scale, out, pos);
    }

    private static int pair(byte[] text, int at, int to) {
        if (at + 2 > to) {
            return -1;
        }
        int tens = text[at] - '0';
        int ones = text[at + 1] - '0';
        return (tens | 9 - tens | ones | 9 - ones) < 0 ? -1 : tens * 10 + ones;
    }

    /// Where the date that starts at `from` ends: after the day of the month; -1 when there is none of that form.
    private static int dateEnd(byte[] text, int from, int to) {
        int at = from;
        boolean signed = text[at] == '-' || text[at] == '+';
        at += signed ? 1 : 0;
        int start = at;
        while (at < to && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        int digits = at - start;
        if (digits < 4 || digits > YEAR_DIGITS || digits > 4 && !signed || at + 6 > to) {
            return -1;
        }
        return text[at] == '-' && text[at + 3] == '-' ? at + 6 : -1;
    }

    /// Where a date of the plain form `yyyy-MM-dd` ends, which nearly all have; -1 when it is not plain.
    private static int plainEnd(byte[] text, int from, int to) {
        boolean plain = to - from >= 10 && text[from + 4] == '-' && text[from + 7] == '-';
        return plain && (to - from == 10 || isSeparator(text[from + 10])) ? from + 10 : -1;
    }

    /// The day number of a plain date, or FAILED.
    private static long plainDay(byte[] text, int from) {
        int century = pair(text, from, from + 2);
        int ofCentury = pair(text, from + 2, from + 4);
        int month = pair(text, from + 5, from + 7);
        int day = pair(text, from + 8, from + 10);
        if ((century | ofCentury | month - 1 | 12 - month | day - 1) < 0) {
            return FAILED;
        }
        int year = century * 100 + ofCentury;
        if (day > 28 && day > daysIn(year, month)) {
            return FAILED;
        }
        // Counted from March of the year -400, so that nothing is negative.
        int y = year + 400 - (month <= 2 ? 1 : 0);
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return 365 * y + y / 4 - y / 100 + y / 400 + dayOfYear - DAYS_PER_ERA - EPOCH_SHIFT;
    }

    /// The day number of the date in `[from, end)` as found by [#dateEnd], or FAILED when there is no such day.
    private static long day(byte[] text, int from, int end) {
        int at = text[from] == '-' || text[from] == '+' ? from + 1 : from;
        long year = 0;
        for (; at < end - 6; at++) {
            year = year * 10 + text[at] - '0';
        }
        year = text[from] == '-' ? -year : year;
        int month = pair(text, end - 5, end);
        int day = pair(text, end - 2, end);
        if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
            return FAILED;
        }
        long shifted = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(shifted, 400L);
        int yearOfEra = (int) (shifted - era * 400);
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * DAYS_PER_ERA + dayOfEra - EPOCH_SHIFT;
    }

    private static int daysIn(long year, int month) {
        boolean leap = month == 2 && (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
        return leap ? 29 : DAYS[month - 1];
    }

    /// A DATE, or FAILED. A time of day is allowed if it is midnight, so nothing is lost.
    static long parseDate(byte[] text, int from, int to) {
        int end = plainEnd(text, from, to);
        long day;
        if (end >= 0) {
            day = plainDay(text, from);
        } else {
            end = dateEnd(text, from, to);
            day = end < 0 ? FAILED : day(text, from, end);
        }
        if (day < Integer.MIN_VALUE || day > Integer.MAX_VALUE) {
            return FAILED;
        }
        if (end == to) {
            return day;
        }
        if (!isSeparator(text[end]) || clockEnd(text, end + 1, to) != to || clock(text, end + 1, to) != 0) {
            return FAILED;
        }
        return fraction(text, end + 1, to, 9) == 0 ? day : FAILED;
    }

    private static boolean isSeparator(byte b) {
        return b == ' ' || b == 'T' || b == 't';
    }

    /// Where the time of day `HH:mm[:ss[.f]]` that starts here ends; -1 when there is none.
    private static int clockEnd(byte[] text, int from, int to) {
        if (pair(text, from, to) < 0 || from + 5 > to || text[from + 2] != ':' || pair(text, from + 3, to) < 0) {
            return -1;
        }
        int at = from + 5;
        if (at == to || text[at] != ':') {
            return at;
        }
        if (pair(text, at + 1, to) < 0) {
            return -1;
        }
        at += 3;
        if (at == to || text[at] != '.') {
            return at;
        }
        int point = at++;
        while (at < to && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at == point + 1 ? -1 : at;
    }

    /// Second of the day of a clock found by [#clockEnd]; -1 when it is no time of day. 24:00:00 is one.
    private static int clock(byte[] text, int from, int end) {
        int hours = pair(text, from, end);
        int minutes = pair(text, from + 3, end);
        int seconds = end - from == 5 ? 0 : pair(text, from + 6, end);
        if (minutes > 59 || seconds > 59 || hours > 24 || hours == 24 && minutes + seconds > 0) {
            return -1;
        }
        return hours * 3600 + minutes * 60 + seconds;
    }

    /// The fraction of a clock in `[from, end)` in units of 10^-scale; -1 when it has digits below the unit.
    private static long fraction(byte[] text, int from, int end, int scale) {
        if (end - from <= 9) {
            return 0;
        }
        long value = 0;
        int digits = 0;
        for (int at = from + 9; at < end; at++, digits++) {
            if (digits < scale) {
                value = value * 10 + text[at] - '0';
            } else if (text[at] != '0') {
                return -1;
            }
        }
        return digits < scale ? value * IntegerText.POWERS[scale - digits] : value;
    }

    static boolean parseTime(byte[] text, int from, int to, int scale, long[] into, int row) {
        int end = clockEnd(text, from, to);
        if (end != to) {
            return false;
        }
        int second = clock(text, from, end);
        long fraction = fraction(text, from, end, scale);
        if (second < 0 || fraction < 0 || second == SECONDS_PER_DAY && fraction > 0) {
            return false;
        }
        into[row] = second * IntegerText.POWERS[scale] + fraction;
        return true;
    }

    static boolean parseTimestamp(byte[] text, int from, int to, int scale, long[] into, int row) {
        int end = plainEnd(text, from, to);
        long day;
        if (end >= 0) {
            day = plainDay(text, from);
        } else {
            end = dateEnd(text, from, to);
            day = end < 0 ? FAILED : day(text, from, end);
        }
        if (day == FAILED) {
            return false;
        }
        long second = 0;
        long fraction = 0;
        if (end < to) {
            int start = end + 1;
            end = isSeparator(text[end]) ? clockEnd(text, start, to) : -1;
            if (end < 0) {
                return false;
            }
            second = clock(text, start, end);
            fraction = fraction(text, start, end, scale);
            int offset = end == to ? 0 : offset(text, end, to);
            if (second < 0 || fraction < 0 || offset == Integer.MIN_VALUE) {
                return false;
            }
            second -= offset;
        }
        return store(day * SECONDS_PER_DAY + second, fraction, scale, into, row);
    }

    /// Stores seconds and fraction in units, unless they do not fit 64 bits.
    private static boolean store(long seconds, long fraction, int scale, long[] into, int row) {
        long power = IntegerText.POWERS[scale];
        // The last second before the epoch's far end only fits together with its fraction, so it is counted
        // downwards.
        long whole = seconds < 0 ? seconds + 1 : seconds;
        long rest = seconds < 0 ? fraction - power : fraction;
        long units = whole * power;
        long sum = units + rest;
        if (Math.multiplyHigh(whole, power) != units >> 63 || ((units ^ sum) & (rest ^ sum)) < 0) {
            return false;
        }
        into[row] = sum;
        return true;
    }

    /// Seconds east of UTC of `Z`, `±HH`, `±HHmm`, `±HH:mm`, with an optional space before; MIN_VALUE for
    /// anything else.
    private static int offset(byte[] text, int from, int to) {
        int at = text[from] == ' ' ? from + 1 : from;
        if (to - at == 1) {
            return text[at] == 'Z' || text[at] == 'z' ? 0 : Integer.MIN_VALUE;
        }
        if (at == to || text[at] != '+' && text[at] != '-') {
            return Integer.MIN_VALUE;
        }
        int hours = pair(text, at + 1, to);
        int minutes = 0;
        if (to - at == 5) {
            minutes = pair(text, at + 3, to);
        } else if (to - at == 6 && text[at + 3] == ':') {
            minutes = pair(text, at + 4, to);
        } else if (to - at != 3) {
            return Integer.MIN_VALUE;
        }
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return Integer.MIN_VALUE;
        }
        int seconds = hours * 3600 + minutes * 60;
        return text[at] == '-' ? -seconds : seconds;
    }

    static boolean parseDuration(byte[] text, int from, int to, int scale, long[] into, int row) {
        boolean negative = text[from] == '-';
        int at = negative ? from + 1 : from;
        long first = 0;
        int start = at;
        while (at < to && text[at] >= '0' && text[at] <= '9' && at - start < 15) {
            first = first * 10 + text[at++] - '0';
        }
        if (at == start || at == to) {
            return false;
        }
        long seconds;
        int clock;
        if (text[at] == '.') {
            clock = at + 1;
            int end = clockEnd(text, clock, to);
            int second = end == to ? clock(text, clock, end) : -1;
            if (second < 0 || second == SECONDS_PER_DAY) {
                return false;
            }
            seconds = first * SECONDS_PER_DAY + second;
        } else {
            // Only the last two digits of the hours stand where a clock has them; the rest is added.
            clock = at - 2;
            int end = at - start < 2 ? -1 : clockEnd(text, clock, to);
            int minutes = end == to ? pair(text, at + 1, to) : 60;
            int second = end == to && to - at > 3 ? pair(text, at + 4, to) : 0;
            if (minutes > 59 || second < 0 || second > 59) {
                return false;
            }
            seconds = first * 3600 + minutes * 60L + second;
        }
        long fraction = fraction(text, clock, to, scale);
        if (fraction < 0) {
            return false;
        }
        long power = IntegerText.POWERS[scale];
        if (negative) {
            return store(
                    fraction == 0 ? -seconds : -seconds - 1, fraction == 0 ? 0 : power - fraction, scale, into, row);
        }
        return store(seconds, fraction, scale, into, row);
    }
}
