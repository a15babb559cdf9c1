package dev.sluice.formats.avro;

/// The primitive values in the bytes of a block. Used by one thread.
final class BlockInput {
    byte[] bytes = new byte[0];
    int at;
    int end;

    void of(byte[] block, int from, int to) {
        bytes = block;
        at = from;
        end = to;
    }

    int left() {
        return end - at;
    }

    /// A zigzag number of up to 64 bits.
    long number() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            int b = one();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw new CorruptBlock("a number has more than ten bytes");
    }

    int integer() {
        long value = number();
        if (value != (int) value) {
            throw new CorruptBlock("the number " + value + " is too large for an int");
        }
        return (int) value;
    }

    byte one() {
        if (at >= end) {
            throw new CorruptBlock("a value goes beyond the end of its block");
        }
        return bytes[at++];
    }

    /// Announces that many bytes.
    ///
    /// @return where they start
    int skip(long length) {
        if (length < 0 || length > end - at) {
            throw new CorruptBlock("a value claims " + length + " bytes where " + (end - at) + " are left");
        }
        int from = at;
        at += (int) length;
        return from;
    }

    float float32() {
        return Float.intBitsToFloat((int) little(4));
    }

    double float64() {
        return Double.longBitsToDouble(little(8));
    }

    private long little(int length) {
        int from = skip(length);
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | bytes[from + i] & 0xff;
        }
        return value;
    }

    /// The number of items in the next piece of an array or map, 0 at its end; a byte size that may come with it is
    /// passed over. An item takes at least `least` bytes.
    long items(int least) {
        long count = number();
        if (count < 0) {
            count = -count;
            number();
        }
        if (count < 0 || least > 0 && count > left() / least || count > AvroType.MOST_ITEMS) {
            throw new CorruptBlock("an array or map claims " + count + " items");
        }
        return count;
    }
}
