package dev.sluice.node.agent.worker;

import dev.sluice.wire.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// Frames on the pipe between host and worker: four bytes length (big-endian, of what follows), one byte code, a
/// JSON object in UTF-8.
public final class Frames {
    public static final int PROTOCOL = 2;

    /// Largest frame: a job's spec or outcome has the limit of a wire message, and as much again for the secrets.
    static final int MAX_FRAME = 2 * Wire.MAX_MESSAGE;

    private Frames() {}

    /// Writes and flushes one frame. Callers serialise themselves by `out`.
    public static void write(OutputStream out, Message message) throws IOException {
        byte[] json = Wire.encode(message);
        int length = json.length + 1;
        if (length > MAX_FRAME) {
            throw new IOException("frame of " + length + " bytes; at most " + MAX_FRAME + " are allowed");
        }
        byte[] frame = new byte[4 + length];
        frame[0] = (byte) (length >>> 24);
        frame[1] = (byte) (length >>> 16);
        frame[2] = (byte) (length >>> 8);
        frame[3] = (byte) length;
        frame[4] = code(message);
        System.arraycopy(json, 0, frame, 5, json.length);
        out.write(frame);
        out.flush();
    }

    /// The next message, or null at the end of the stream.
    ///
    /// @throws EOFException when the stream ends within a frame
    /// @throws IOException when a frame is too long or of no known code
    public static @Nullable Message read(InputStream in) throws IOException {
        byte[] head = in.readNBytes(4);
        if (head.length == 0) {
            return null;
        }
        if (head.length < 4) {
            throw new EOFException("the stream ended within a frame's length");
        }
        int length = (head[0] & 0xff) << 24 | (head[1] & 0xff) << 16 | (head[2] & 0xff) << 8 | (head[3] & 0xff);
        if (length < 1 || length > MAX_FRAME) {
            throw new IOException("frame of " + length + " bytes; at most " + MAX_FRAME + " are allowed");
        }
        byte[] frame = in.readNBytes(length);
        if (frame.length < length) {
            throw new EOFException("the stream ended within a frame of " + length + " bytes");
        }
        byte[] json = new byte[length - 1];
        System.arraycopy(frame, 1, json, 0, json.length);
        return Wire.decode(json, type(frame[0]));
    }

    private static byte code(Message message) {
        return switch (message) {
            case Message.Ready r -> 1;
            case Message.Run r -> 2;
            case Message.Cancel c -> 3;
            case Message.Leave l -> 4;
            case Message.Started s -> 5;
            case Message.Progress p -> 6;
            case Message.Ended e -> 7;
            case Message.Begin b -> 8;
            case Message.Withdraw w -> 9;
            case Message.Said s -> 10;
        };
    }

    private static Class<? extends Message> type(byte code) throws IOException {
        return switch (code) {
            case 1 -> Message.Ready.class;
            case 2 -> Message.Run.class;
            case 3 -> Message.Cancel.class;
            case 4 -> Message.Leave.class;
            case 5 -> Message.Started.class;
            case 6 -> Message.Progress.class;
            case 7 -> Message.Ended.class;
            case 8 -> Message.Begin.class;
            case 9 -> Message.Withdraw.class;
            case 10 -> Message.Said.class;
            default -> throw new IOException("frame of unknown code " + code);
        };
    }
}
