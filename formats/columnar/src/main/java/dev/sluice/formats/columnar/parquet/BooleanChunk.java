package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.Vector;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Statistics;

/// BOOLEAN: one bit a value, lowest bit first.
final class BooleanChunk extends ColumnChunk {
    private final Bytes bits;
    private int count;
    private boolean anyFalse;
    private boolean anyTrue;
    private boolean falseInPage;
    private boolean trueInPage;

    BooleanChunk(Field field, Workshop workshop) {
        super(field, workshop);
        bits = new Bytes(workshop.memory());
    }

    @Override
    void append(Vector vector, int from, int rows, int present) {
        int[] values = ((IntVector) vector).values();
        byte[] nulls = vector.nulls();
        boolean skip = present < rows;
        bits.room((count + rows) / 8 + 1 - bits.size);
        for (int i = from; i < from + rows; i++) {
            if (skip && nulls[i] != 0) {
                continue;
            }
            if (count % 8 == 0) {
                bits.array[count / 8] = 0;
            }
            int bit = values[i] & 1;
            trueInPage |= bit == 1;
            falseInPage |= bit == 0;
            bits.array[count / 8] |= (byte) (bit << (count % 8));
            count++;
        }
        bits.size = (count + 7) / 8;
    }

    @Override
    long pendingBytes() {
        return bits.size;
    }

    @Override
    Encoding encodeValues(Bytes page) {
        page.append(bits.array, 0, bits.size);
        bits.size = 0;
        count = 0;
        return Encoding.PLAIN;
    }

    @Override
    void drainPageRange(Statistics statistics) {
        drain(statistics, falseInPage, trueInPage);
        anyFalse |= falseInPage;
        anyTrue |= trueInPage;
        falseInPage = false;
        trueInPage = false;
    }

    @Override
    void drainRange(Statistics statistics) {
        drain(statistics, anyFalse, anyTrue);
        anyFalse = false;
        anyTrue = false;
    }

    private static void drain(Statistics statistics, boolean anyFalse, boolean anyTrue) {
        if (anyFalse || anyTrue) {
            statistics.setMin_value(new byte[] {(byte) (anyFalse ? 0 : 1)});
            statistics.setMax_value(new byte[] {(byte) (anyTrue ? 1 : 0)});
            statistics.setIs_min_value_exact(true);
            statistics.setIs_max_value_exact(true);
        }
    }
}
