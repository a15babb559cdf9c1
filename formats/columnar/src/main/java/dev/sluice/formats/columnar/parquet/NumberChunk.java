package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;

/// INT32, INT64, FLOAT and DOUBLE: values of 4 or 8 bytes, handled as the `long` of their bits. Dictionary first, plain
/// when that does not pay.
final class NumberChunk extends ColumnChunk {
    private final String name;
    private final DataType type;
    private final int width;
    private final NumberRange range;
    private final NumberRange pageRange;
    private final DictionaryTrial trial = new DictionaryTrial();
    private final NumberDictionary dictionary;
    private final IndexPage indexes;
    private final Bytes plain;
    /// Whether the open page is a page of indexes.
    private boolean indexed = true;
    /// Whether pages of this chunk refer to the dictionary.
    private boolean dictionaryPages;

    NumberChunk(Field field, Workshop workshop) {
        super(field, workshop);
        this.name = field.name();
        this.type = field.type();
        Type physical = WrittenTypes.physical(type);
        this.width = physical == Type.INT32 || physical == Type.FLOAT ? 4 : 8;
        this.range = NumberRange.of(type, physical);
        this.pageRange = NumberRange.of(type, physical);
        this.dictionary = new NumberDictionary(workshop.memory());
        this.indexes = new IndexPage(workshop.memory());
        this.plain = new Bytes(workshop.memory());
    }

    @Override
    void append(Vector vector, int from, int count, int present) {
        long[] values = workshop.values();
        load(vector, from, count, values);
        if (present < count) {
            squeeze(values, vector.nulls(), from, count);
        }
        int done = 0;
        if (indexed) {
            int[] into = indexes.room(present);
            done = dictionary.add(values, 0, present, into, indexes.size);
            indexes.size += done;
            if (done < present) {
                trial.giveUp();
            }
            if (!trial.added(done, dictionary.size())) {
                unfold();
            }
        }
        if (done < present) {
            appendPlain(values, done, present);
            pageRange.add(values, done, present);
        }
    }

    /// Values of all rows as bits; those of nulls are anything.
    private void load(Vector vector, int from, int count, long[] into) {
        switch (vector) {
            case IntVector v -> {
                int[] values = v.values();
                for (int i = 0; i < count; i++) {
                    into[i] = values[from + i];
                }
            }
            case LongVector v -> {
                System.arraycopy(v.values(), from, into, 0, count);
                if (type.kind() == DataType.Kind.TIME && type.scale() == 7) {
                    for (int i = 0; i < count; i++) {
                        into[i] *= 100;
                    }
                }
            }
            case DoubleVector v -> {
                double[] values = v.values();
                if (width == 4) {
                    for (int i = 0; i < count; i++) {
                        into[i] = Float.floatToRawIntBits((float) values[from + i]);
                    }
                } else {
                    for (int i = 0; i < count; i++) {
                        into[i] = Double.doubleToRawLongBits(values[from + i]);
                    }
                }
            }
            default -> throw new IllegalArgumentException(vector.type() + " as a number");
        }
    }

    private static void squeeze(long[] values, byte[] nulls, int from, int count) {
        int to = 0;
        for (int i = 0; i < count; i++) {
            values[to] = values[i];
            to += nulls[from + i] == 0 ? 1 : 0;
        }
    }

    private void appendPlain(long[] values, int from, int to) {
        byte[] bytes = plain.room((to - from) * width);
        int at = plain.size;
        if (width == 8) {
            for (int i = from; i < to; i++, at += 8) {
                LittleEndian.putLong(bytes, at, values[i]);
            }
        } else {
            for (int i = from; i < to; i++, at += 4) {
                LittleEndian.putInt(bytes, at, (int) values[i]);
            }
        }
        plain.size = at;
    }

    /// Turns the open page's indexes into values; from here on plain. Where no page refers to the dictionary, it is
    /// forgotten altogether.
    private void unfold() {
        long[] entries = dictionary.entries();
        long[] values = new long[Math.min(indexes.size, Workshop.SEGMENT_ROWS)];
        for (int from = 0; from < indexes.size; from += values.length) {
            int count = Math.min(values.length, indexes.size - from);
            for (int i = 0; i < count; i++) {
                values[i] = entries[indexes.indexes[from + i]];
            }
            appendPlain(values, 0, count);
            pageRange.add(values, 0, count);
        }
        indexes.free();
        if (!dictionaryPages) {
            dictionary.free();
        }
        indexed = false;
    }

    @Override
    long pendingBytes() {
        return plain.size + indexes.packedBytes(dictionary.size());
    }

    @Override
    Encoding encodeValues(Bytes page) {
        if (indexed) {
            dictionaryPages = true;
            long[] entries = dictionary.entries();
            int[] used = indexes.distinct(dictionary.size());
            long[] values = new long[used.length];
            for (int i = 0; i < used.length; i++) {
                values[i] = entries[used[i]];
            }
            pageRange.add(values, 0, values.length);
            indexes.drainTo(page, dictionary.size());
            return Encoding.RLE_DICTIONARY;
        }
        page.append(plain.array, 0, plain.size);
        plain.size = 0;
        return Encoding.PLAIN;
    }

    @Override
    void finish() throws IOException {
        if (indexed && !dictionaryPages) {
            long folded = (long) dictionary.size() * width + indexes.packedBytes(dictionary.size());
            if (folded > (long) indexes.size * width) {
                unfold();
            }
        }
        closePage();
        if (dictionaryPages) {
            Bytes page = workshop.page();
            page.size = 0;
            encodeEntries(page);
            pages.setDictionary(page, dictionary.size());
        }
        if (width == 4 && !range.fits(type.kind() == DataType.Kind.UINT32)) {
            throw tooLarge();
        }
        trial.nextChunk();
        dictionary.clear();
        indexed = trial.isOn();
        dictionaryPages = false;
    }

    /// A value that has more digits than its column promised.
    private ProblemException tooLarge() {
        return DataFaults.TYPE_MISMATCH
                .problem()
                .at("column " + name)
                .evidence("value", "of more than 32 bits")
                .evidence("column", name)
                .evidence("sourceType", "INT64")
                .evidence("sinkType", type)
                .evidence("detail", "it does not fit")
                .exception();
    }

    private void encodeEntries(Bytes page) {
        long[] entries = dictionary.entries();
        byte[] bytes = page.room(dictionary.size() * width);
        for (int i = 0; i < dictionary.size(); i++) {
            if (width == 8) {
                LittleEndian.putLong(bytes, i * 8, entries[i]);
            } else {
                LittleEndian.putInt(bytes, i * 4, (int) entries[i]);
            }
        }
        page.size = dictionary.size() * width;
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
