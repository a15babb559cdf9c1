package dev.sluice.data.packing;

import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// The unpacked bytes of one member. A damaged file becomes a [DataFaults#MALFORMED_FILE], a failure of the store
/// stays what it is, and a file that unpacks to absurdly much is refused.
public class UnpackedInput extends InputStream {
    /// Below this a file may unpack to anything.
    private static final long FREE = 1L << 30;

    /// Beyond, it may unpack to so many times its size; zlib reaches 1,032 at most.
    private static final long RATIO = 2_000;

    /// Work on the packed stream.
    public interface Unpacking<T> {
        T run() throws IOException;
    }

    private final InputStream in;
    private final StoredInput stored;
    private final Packing packing;
    private final String path;
    private long count;

    /// @param count bytes that earlier members of the file have given
    public UnpackedInput(InputStream in, StoredInput stored, Packing packing, String path, long count) {
        this.in = in;
        this.stored = stored;
        this.packing = packing;
        this.path = path;
        this.count = count;
    }

    public long count() {
        return count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read = guard(() -> in.read(into, offset, length), stored, packing, path);
        count += Math.max(read, 0);
        if (count > FREE && count / RATIO > stored.count()) {
            throw damaged(packing, path, "it unpacks to more than " + RATIO + " times its size")
                    .exception();
        }
        return read;
    }

    /// Does the work; what goes wrong in it without the store's fault is the file's.
    public static <T> T guard(Unpacking<T> work, StoredInput stored, Packing packing, String path) throws IOException {
        try {
            return work.run();
        } catch (ProblemException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Unpackers answer some damage with an index out of bounds or an illegal argument.
            if (stored.failed() || packing == Packing.NONE) {
                throw e;
            }
            throw damaged(packing, path, detail(e)).from(e).exception();
        }
    }

    private static String detail(Exception e) {
        if (e instanceof EOFException) {
            return "it ends too early";
        }
        String message = e.getMessage();
        return e instanceof IOException && message != null ? message : "its content makes no sense to the codec";
    }

    static dev.sluice.diagnosis.Problem.Builder damaged(Packing packing, String path, String detail) {
        return DataFaults.MALFORMED_FILE
                .problem()
                .at(path)
                .evidence("path", path)
                .evidence("format", packing.codec())
                .evidence("detail", detail);
    }
}
