package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.math.BigInteger;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Statistics;

/// BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY and INT96. Dictionary first, plain when that does not pay.
final class BytesChunk extends ColumnChunk {
    /// A page holds at least one value, and what it may be packed to must stay an array.
    private static final int LARGEST_VALUE = 512 << 20;

    private final String name;
    private final DataType type;
    /// Bytes of a value, 0 when they vary and each value has its length in front.
    private final int fixedLength;

    private final BytesRange range;
    private final BytesRange pageRange;
    private final DictionaryTrial trial = new DictionaryTrial();
    private final BytesDictionary dictionary;
    private final IndexPage indexes;
    private final Bytes plain;
    /// Values that had to be turned into bytes first.
    private final Bytes converted;
    /// Whether the open page is a page of indexes.
    private boolean indexed = true;
    /// Whether pages of this chunk refer to the dictionary.
    private boolean dictionaryPages;

    BytesChunk(Field field, Workshop workshop) {
        super(field, workshop);
        this.name = field.name();
        this.type = field.type();
        this.fixedLength = WrittenTypes.fixedLength(field.type());
        this.range = BytesRange.of(field.type());
        this.pageRange = BytesRange.of(field.type());
        this.dictionary = new BytesDictionary(workshop.memory());
        this.indexes = new IndexPage(workshop.memory());
        this.plain = new Bytes(workshop.memory());
        this.converted = new Bytes(workshop.memory());
    }

    /// As many rows as fit a page: values may be large.
    @Override
    int segment(Vector vector, int from, int count) {
        if (!(vector instanceof BytesVector v)) {
            return count;
        }
        int[] offsets = v.offsets();
        long end = offsets[from] + (long) workshop.pageBytes();
        int rows = count;
        while (rows > 1 && offsets[from + rows] > end) {
            rows /= 2;
        }
        int length = offsets[from + 1] - offsets[from];
        if (length > LARGEST_VALUE) {
            throw DataFaults.VALUE_TOO_LONG.with("column", name, "length", length, "limit", LARGEST_VALUE);
        }
        return rows;
    }

    @Override
    void append(Vector vector, int from, int count, int present) {
        switch (vector) {
            case BytesVector v -> appendRows(v.data(), v.offsets(), v, from, count, present);
            case LongVector v -> {
                convert(v, from, count, present);
                appendFixed(present);
            }
            case WideVector v -> {
                convert(v, from, count, present);
                appendFixed(present);
            }
            default -> throw new IllegalArgumentException(vector.type() + " as bytes");
        }
    }

    private void appendRows(byte[] data, int[] offsets, Vector vector, int from, int count, int present) {
        byte[] nulls = vector.nulls();
        boolean skip = present < count;
        int i = from;
        if (indexed) {
            int[] into = indexes.room(present);
            for (; i < from + count; i++) {
                if (skip && nulls[i] != 0) {
                    continue;
                }
                int entry = dictionary.add(data, offsets[i], offsets[i + 1] - offsets[i]);
                if (entry < 0) {
                    trial.giveUp();
                    break;
                }
                into[indexes.size++] = entry;
            }
            if (!trial.added(present, dictionary.size())) {
                unfold();
            }
        }
        if (i == from + count) {
            return;
        }
        plain.room(Math.addExact(offsets[from + count] - offsets[i], 4 * (from + count - i)));
        for (; i < from + count; i++) {
            if (!skip || nulls[i] == 0) {
                appendPlain(data, offsets[i], offsets[i + 1] - offsets[i]);
                pageRange.add(data, offsets[i], offsets[i + 1] - offsets[i]);
            }
        }
    }

    private void appendFixed(int present) {
        byte[] data = converted.array;
        int done = 0;
        if (indexed) {
            int[] into = indexes.room(present);
            for (; done < present; done++) {
                int entry = dictionary.add(data, done * fixedLength, fixedLength);
                if (entry < 0) {
                    trial.giveUp();
                    break;
                }
                into[indexes.size++] = entry;
            }
            if (!trial.added(present, dictionary.size())) {
                unfold();
            }
        }
        plain.room((present - done) * fixedLength);
        for (; done < present; done++) {
            appendPlain(data, done * fixedLength, fixedLength);
            pageRange.add(data, done * fixedLength, fixedLength);
        }
    }

    /// Ticks as INT96: nanoseconds of the day, then the Julian day.
    private void convert(LongVector v, int from, int count, int present) {
        converted.size = 0;
        byte[] into = converted.room(present * fixedLength);
        int at = 0;
        for (int i = from; i < from + count; i++) {
            if (present == count || v.nulls()[i] == 0) {
                long ticks = v.values()[i];
                LittleEndian.putLong(into, at, Math.floorMod(ticks, Int96.TICKS_PER_DAY) * 100);
                LittleEndian.putInt(into, at + 8, Int96.julianDay(ticks));
                at += fixedLength;
            }
        }
    }

    /// Wide decimals as two's complement, highest byte first.
    private void convert(WideVector v, int from, int count, int present) {
        converted.size = 0;
        byte[] into = converted.room(present * fixedLength);
        int at = 0;
        for (int i = from; i < from + count; i++) {
            if (present == count || v.nulls()[i] == 0) {
                long high = v.high()[i];
                long low = v.low()[i];
                for (int k = fixedLength - 1; k >= 0; k--) {
                    into[at + k] = (byte) low;
                    low = low >>> 8 | high << 56;
                    high >>= 8;
                }
                if (low != into[at] >> 7) {
                    throw tooLarge(v.get(i));
                }
                at += fixedLength;
            }
        }
    }

    /// A value that has more digits than its column promised.
    private ProblemException tooLarge(BigInteger unscaled) {
        return DataFaults.TYPE_MISMATCH
                .problem()
                .at("column " + name)
                .evidence("value", unscaled)
                .evidence("column", name)
                .evidence("sourceType", "Decimal")
                .evidence("sinkType", type)
                .evidence("detail", "it has more digits")
                .exception();
    }

    private void appendPlain(byte[] data, int from, int length) {
        if (fixedLength == 0) {
            LittleEndian.putInt(plain.room(4), plain.size, length);
            plain.size += 4;
        }
        plain.append(data, from, length);
    }

    /// Turns the open page's indexes into values; from here on plain. Where no page refers to the dictionary, it is
    /// forgotten altogether.
    private void unfold() {
        int[] offsets = dictionary.offsets();
        for (int i = 0; i < indexes.size; i++) {
            int entry = indexes.indexes[i];
            appendPlain(dictionary.data(), offsets[entry], offsets[entry + 1] - offsets[entry]);
            pageRange.add(dictionary.data(), offsets[entry], offsets[entry + 1] - offsets[entry]);
        }
        indexes.free();
        if (!dictionaryPages) {
            dictionary.free();
        }
        indexed = false;
    }

    private void rangeOfIndexes() {
        int[] offsets = dictionary.offsets();
        for (int entry : indexes.distinct(dictionary.size())) {
            pageRange.add(dictionary.data(), offsets[entry], offsets[entry + 1] - offsets[entry]);
        }
    }

    @Override
    long pendingBytes() {
        return plain.size + indexes.packedBytes(dictionary.size());
    }

    @Override
    Encoding encodeValues(Bytes page) {
        if (indexed) {
            dictionaryPages = true;
            rangeOfIndexes();
            indexes.drainTo(page, dictionary.size());
            return Encoding.RLE_DICTIONARY;
        }
        page.append(plain.array, 0, plain.size);
        plain.size = 0;
        if (plain.array.length > 4 * workshop.pageBytes()) {
            plain.free();
        }
        return Encoding.PLAIN;
    }

    @Override
    void finish() throws IOException {
        if (indexed && !dictionaryPages && indexes.size < dictionary.size() * 5L / 4) {
            unfold();
        }
        closePage();
        if (dictionaryPages) {
            Bytes page = workshop.page();
            page.size = 0;
            int[] offsets = dictionary.offsets();
            for (int i = 0; i < dictionary.size(); i++) {
                if (fixedLength == 0) {
                    LittleEndian.putInt(page.room(4), page.size, offsets[i + 1] - offsets[i]);
                    page.size += 4;
                }
                page.append(dictionary.data(), offsets[i], offsets[i + 1] - offsets[i]);
            }
            pages.setDictionary(page, dictionary.size());
        }
        trial.nextChunk();
        dictionary.clear();
        indexed = trial.isOn();
        dictionaryPages = false;
    }

    @Override
    void drainPageRange(Statistics statistics) {
        range.include(pageRange);
        pageRange.drainTo(statistics);
    }

    @Override
    void drainRange(Statistics statistics) {
        range.drainTo(statistics);
    }
}
