package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.format.Statistics;
import org.jspecify.annotations.Nullable;

/// Smallest and largest byte string of a page or column chunk: unsigned bytes in order, DECIMAL as signed numbers, none
/// for INT96 (whose order is undefined). Long ones are cut to a bound that still holds; a cut text stays valid UTF-8.
abstract sealed class BytesRange {
    /// Longest bound kept. Prefixes keep the order of what they are cut from, so only they are compared.
    private static final int LONGEST = 64;

    private BytesRange() {}

    static BytesRange of(DataType type) {
        return switch (type.kind()) {
            case DECIMAL -> new Signed();
            case TIMESTAMP, INSTANT -> new None();
            case STRING -> new Unsigned(true);
            default -> new Unsigned(false);
        };
    }

    abstract void add(byte[] data, int at, int length);

    /// Takes in what another one has, of the same type.
    abstract void include(BytesRange other);

    abstract void drainTo(Statistics statistics);

    /// No bounds.
    private static final class None extends BytesRange {
        @Override
        void add(byte[] data, int at, int length) {}

        @Override
        void include(BytesRange other) {}

        @Override
        void drainTo(Statistics statistics) {}
    }

    /// Two's complement of one length, highest byte first.
    private static final class Signed extends BytesRange {
        private byte @Nullable [] min;
        private byte @Nullable [] max;

        @Override
        void add(byte[] data, int at, int length) {
            if (min == null || compare(data, at, length, min) < 0) {
                min = Arrays.copyOfRange(data, at, at + length);
            }
            if (max == null || compare(data, at, length, max) > 0) {
                max = Arrays.copyOfRange(data, at, at + length);
            }
        }

        @Override
        void include(BytesRange other) {
            if (other instanceof Signed s && s.min != null && s.max != null) {
                add(s.min, 0, s.min.length);
                add(s.max, 0, s.max.length);
            }
        }

        private static int compare(byte[] data, int at, int length, byte[] bound) {
            return data[at] != bound[0]
                    ? Byte.compare(data[at], bound[0])
                    : Arrays.compareUnsigned(data, at, at + length, bound, 0, length);
        }

        @Override
        void drainTo(Statistics statistics) {
            if (min != null && max != null) {
                statistics.setMin_value(min).setMax_value(max);
                statistics.setIs_min_value_exact(true);
                statistics.setIs_max_value_exact(true);
            }
            min = null;
            max = null;
        }
    }

    /// Unsigned bytes. Most values are told apart by their first eight, compared as one number.
    private static final class Unsigned extends BytesRange {
        private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

        private final boolean text;
        private boolean seen;
        private long minHead;
        private long maxHead;
        private byte[] min = {};
        private byte[] max = {};
        private boolean minCut;
        private boolean maxCut;

        Unsigned(boolean text) {
            this.text = text;
        }

        /// The first eight bytes, missing ones 0, turned so that signed comparison gives their order.
        private static long head(byte[] data, int at, int length) {
            long head = 0;
            if (at + 8 <= data.length) {
                head = (long) WORDS.get(data, at);
                if (length < 8) {
                    head = length == 0 ? 0 : head & -1L << (64 - 8 * length);
                }
            } else {
                for (int i = 0; i < length && i < 8; i++) {
                    head |= (data[at + i] & 0xffL) << (56 - 8 * i);
                }
            }
            return head ^ Long.MIN_VALUE;
        }

        @Override
        void add(byte[] data, int at, int length) {
            long head = head(data, at, length);
            if (seen && head > minHead && head < maxHead) {
                return;
            }
            int kept = Math.min(length, LONGEST);
            boolean cut = length > LONGEST;
            int low = seen ? Arrays.compareUnsigned(data, at, at + kept, min, 0, min.length) : -1;
            if (low < 0) {
                min = Arrays.copyOfRange(data, at, at + kept);
                minHead = head;
                minCut = cut;
            } else if (low == 0) {
                minCut &= cut;
            }
            int high = seen ? Arrays.compareUnsigned(data, at, at + kept, max, 0, max.length) : 1;
            if (high > 0) {
                max = Arrays.copyOfRange(data, at, at + kept);
                maxHead = head;
                maxCut = cut;
            } else if (high == 0) {
                maxCut |= cut;
            }
            seen = true;
        }

        @Override
        void include(BytesRange other) {
            if (!(other instanceof Unsigned u) || !u.seen) {
                return;
            }
            int low = seen ? Arrays.compareUnsigned(u.min, min) : -1;
            if (low < 0) {
                min = u.min;
                minHead = u.minHead;
                minCut = u.minCut;
            } else if (low == 0) {
                minCut &= u.minCut;
            }
            int high = seen ? Arrays.compareUnsigned(u.max, max) : 1;
            if (high > 0) {
                max = u.max;
                maxHead = u.maxHead;
                maxCut = u.maxCut;
            } else if (high == 0) {
                maxCut |= u.maxCut;
            }
            seen = true;
        }

        @Override
        void drainTo(Statistics statistics) {
            if (seen) {
                byte[] lower = minCut && text ? Arrays.copyOf(min, wholeCharacters(min)) : min;
                byte @Nullable [] upper = !maxCut ? max : text ? nextText(max) : nextBytes(max);
                statistics.setMin_value(lower);
                statistics.setIs_min_value_exact(!minCut);
                if (upper != null) {
                    statistics.setMax_value(upper);
                    statistics.setIs_max_value_exact(!maxCut);
                }
            }
            seen = false;
            minCut = false;
            maxCut = false;
        }

        /// Length without a character that the cut has split.
        private static int wholeCharacters(byte[] cut) {
            int start = cut.length - 1;
            while (start > 0 && (cut[start] & 0xc0) == 0x80) {
                start--;
            }
            int lead = cut[start] & 0xff;
            int needed = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
            return start + needed <= cut.length ? cut.length : start;
        }

        /// The shortest bytes greater than all that begin so; null when there are none.
        private static byte @Nullable [] nextBytes(byte[] prefix) {
            int last = prefix.length - 1;
            while (last >= 0 && prefix[last] == (byte) 0xff) {
                last--;
            }
            return last < 0 ? null : raised(prefix, last);
        }

        /// The same for text: the last ASCII character that has an ASCII successor is raised.
        private static byte @Nullable [] nextText(byte[] prefix) {
            int last = prefix.length - 1;
            while (last >= 0 && (prefix[last] < 0 || prefix[last] == 0x7f)) {
                last--;
            }
            return last < 0 ? null : raised(prefix, last);
        }

        private static byte[] raised(byte[] prefix, int last) {
            byte[] next = Arrays.copyOf(prefix, last + 1);
            next[last]++;
            return next;
        }
    }
}
