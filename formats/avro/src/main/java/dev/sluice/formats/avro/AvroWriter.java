package dev.sluice.formats.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Writer;
import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// Lays rows into blocks of about 64 KiB.
final class AvroWriter implements Writer {
    private static final int BLOCK = 64 << 10;

    private final FileOutput output;
    private final AvroEncoder settings;
    private final Reservation memory;
    private final byte[] sync;
    private byte[] block;
    private int at;
    private long rows;

    AvroWriter(FileOutput output, Schema schema, AvroEncoder settings, JobContext job) throws IOException {
        this.output = output;
        this.settings = settings;
        this.memory = new Reservation(job.memory());
        String text = WrittenSchema.of(schema, settings.recordName(), settings.recordNamespace());
        this.sync = marker(job.attemptId() + "\n" + output.path() + "\n" + text);
        memory.take(2 * BLOCK);
        this.block = new byte[2 * BLOCK];
        boolean begun = false;
        try {
            header(text);
            begun = true;
        } finally {
            if (!begun) {
                memory.close();
            }
        }
    }

    /// The same for the same file of the same attempt, so that what is written again is the same byte for byte.
    private static byte[] marker(String of) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(of.getBytes(UTF_8)), FileHeader.SYNC);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void header(String schema) throws IOException {
        append(FileHeader.MAGIC, 0, 4);
        number(2);
        text("avro.schema");
        text(schema);
        text("avro.codec");
        text(settings.codec().fileName());
        number(0);
        append(sync, 0, sync.length);
        output.write(block, 0, at);
        at = 0;
    }

    @Override
    public void write(Batch batch) throws IOException {
        int columns = batch.schema().size();
        for (int row = 0; row < batch.rows(); row++) {
            for (int c = 0; c < columns; c++) {
                Vector v = batch.vector(c);
                if (v.isNull(row)) {
                    number(0);
                } else {
                    number(1);
                    value(v, row);
                }
            }
            rows++;
            if (at >= BLOCK) {
                flush();
            }
        }
    }

    private void value(Vector v, int row) {
        DataType type = v.type();
        if (WrittenSchema.asText(type)) {
            int most = TextForm.maxLength(type);
            reserve(most + 10);
            byte[] text = new byte[most];
            int length = TextForm.write(v, row, text, 0);
            number(length);
            append(text, 0, length);
            return;
        }
        switch (v) {
            case IntVector ints -> {
                if (type.kind() == DataType.Kind.BOOLEAN) {
                    reserve(1);
                    block[at++] = (byte) ints.values()[row];
                } else {
                    number(ints.values()[row]);
                }
            }
            case LongVector longs -> {
                long value = longs.values()[row];
                switch (type.kind()) {
                    case UINT64 -> bytes(new BigInteger(Long.toUnsignedString(value)).toByteArray());
                    case DECIMAL -> bytes(BigInteger.valueOf(value).toByteArray());
                    default -> number(value);
                }
            }
            case DoubleVector d -> {
                if (type.kind() == DataType.Kind.FLOAT32) {
                    little(Float.floatToRawIntBits((float) d.values()[row]), 4);
                } else {
                    little(Double.doubleToRawLongBits(d.values()[row]), 8);
                }
            }
            case WideVector w -> bytes(w.get(row).toByteArray());
            case BytesVector b -> {
                int from = b.offsets()[row];
                int length = b.offsets()[row + 1] - from;
                number(length);
                append(b.data(), from, length);
            }
        }
    }

    private void flush() throws IOException {
        byte[] packed = settings.codec().pack(block, at, settings.level());
        long count = rows;
        at = 0;
        rows = 0;
        number(count);
        number(packed.length);
        output.write(block, 0, at);
        output.write(packed, 0, packed.length);
        output.write(sync, 0, sync.length);
        at = 0;
    }

    private void text(String text) {
        bytes(text.getBytes(UTF_8));
    }

    private void bytes(byte[] value) {
        number(value.length);
        append(value, 0, value.length);
    }

    private void number(long value) {
        reserve(10);
        long zigzag = value << 1 ^ value >> 63;
        while ((zigzag & ~0x7fL) != 0) {
            block[at++] = (byte) (zigzag & 0x7f | 0x80);
            zigzag >>>= 7;
        }
        block[at++] = (byte) zigzag;
    }

    private void little(long bits, int length) {
        reserve(length);
        for (int i = 0; i < length; i++) {
            block[at++] = (byte) (bits >>> 8 * i);
        }
    }

    private void append(byte[] from, int offset, int length) {
        reserve(length);
        System.arraycopy(from, offset, block, at, length);
        at += length;
    }

    private void reserve(int length) {
        if (length > block.length - at) {
            int size = (int) Math.min(Integer.MAX_VALUE - 16, Math.max((long) at + length, block.length * 2L));
            memory.take(size);
            byte[] old = block;
            block = Arrays.copyOf(old, size);
            memory.give(old.length);
        }
    }

    @Override
    public void finish() throws IOException {
        if (rows > 0) {
            flush();
        }
        output.finish();
    }

    @Override
    public long bytesWritten() {
        return output.size();
    }

    @Override
    public void close() {
        memory.close();
    }
}
