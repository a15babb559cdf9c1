package dev.sluice.data.batch;

import java.util.Arrays;

/// Booleans, GUIDs and binary values as text.
final class BytesText {
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] FROM_BASE64 = new byte[128];
    private static final byte[] FROM_HEX = new byte[128];

    static {
        Arrays.fill(FROM_BASE64, (byte) -1);
        for (int i = 0; i < BASE64.length; i++) {
            FROM_BASE64[BASE64[i]] = (byte) i;
        }
        Arrays.fill(FROM_HEX, (byte) -1);
        for (int i = 0; i < 16; i++) {
            FROM_HEX[HEX[i]] = (byte) i;
            FROM_HEX[Character.toUpperCase((char) HEX[i])] = (byte) i;
        }
    }

    private BytesText() {}

    static int writeBoolean(boolean value, byte[] out, int at) {
        String word = value ? "True" : "False";
        for (int i = 0; i < word.length(); i++) {
            out[at + i] = (byte) word.charAt(i);
        }
        return at + word.length();
    }

    static long parseBoolean(byte[] text, int from, int to) {
        if (to - from == 1) {
            int digit = text[from] - '0';
            return digit == 0 || digit == 1 ? digit : IntegerText.FAILED;
        }
        if (is("true", text, from, to)) {
            return 1;
        }
        return is("false", text, from, to) ? 0 : IntegerText.FAILED;
    }

    /// Whether the text is that lower-case word, in any case.
    static boolean is(String word, byte[] text, int from, int to) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((text[from + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static int writeGuid(byte[] guid, int from, byte[] out, int at) {
        int pos = at;
        for (int i = 0; i < 16; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                out[pos++] = '-';
            }
            out[pos++] = HEX[guid[from + i] >> 4 & 15];
            out[pos++] = HEX[guid[from + i] & 15];
        }
        return pos;
    }

    static boolean parseGuid(byte[] text, int from, int to, BytesVector into, int row) {
        int start = from;
        int end = to;
        if (text[start] == '{' && text[end - 1] == '}' || text[start] == '(' && text[end - 1] == ')') {
            start++;
            end--;
        }
        boolean hyphens = end - start == 36;
        if (!hyphens && end - start != 32) {
            return false;
        }
        int at = into.offsets()[row];
        byte[] out = into.reserve(at, 16);
        int pos = start;
        for (int i = 0; i < 16; i++) {
            if (hyphens && (i == 4 || i == 6 || i == 8 || i == 10) && text[pos++] != '-') {
                return false;
            }
            int high = hex(text[pos++]);
            int low = hex(text[pos++]);
            if (high < 0 || low < 0) {
                return false;
            }
            out[at + i] = (byte) (high << 4 | low);
        }
        into.offsets()[row + 1] = at + 16;
        return true;
    }

    private static int hex(byte b) {
        return b < 0 ? -1 : FROM_HEX[b];
    }

    static int writeBase64(byte[] data, int from, int length, byte[] out, int at) {
        int pos = at;
        int in = from;
        int end = from + length;
        for (; end - in >= 3; in += 3) {
            int bits = (data[in] & 255) << 16 | (data[in + 1] & 255) << 8 | data[in + 2] & 255;
            out[pos++] = BASE64[bits >> 18];
            out[pos++] = BASE64[bits >> 12 & 63];
            out[pos++] = BASE64[bits >> 6 & 63];
            out[pos++] = BASE64[bits & 63];
        }
        if (in < end) {
            boolean two = end - in == 2;
            int bits = (data[in] & 255) << 16 | (two ? (data[in + 1] & 255) << 8 : 0);
            out[pos++] = BASE64[bits >> 18];
            out[pos++] = BASE64[bits >> 12 & 63];
            out[pos++] = two ? BASE64[bits >> 6 & 63] : (byte) '=';
            out[pos++] = '=';
        }
        return pos;
    }

    static boolean parseBase64(byte[] text, int from, int to, BytesVector into, int row) {
        int length = to - from;
        if ((length & 3) != 0) {
            return false;
        }
        int padding = length == 0 || text[to - 1] != '=' ? 0 : text[to - 2] == '=' ? 2 : 1;
        int at = into.offsets()[row];
        int bytes = length / 4 * 3 - padding;
        byte[] out = into.reserve(at, length / 4 * 3);
        int pos = at;
        for (int in = from; in < to; in += 4) {
            int pad = in + 4 == to ? padding : 0;
            int bits = sextet(text[in]) << 18
                    | sextet(text[in + 1]) << 12
                    | (pad == 2 ? 0 : sextet(text[in + 2]) << 6)
                    | (pad >= 1 ? 0 : sextet(text[in + 3]));
            if (bits < 0 || pad == 2 && (bits & 0xFFFF) != 0 || pad == 1 && (bits & 0xFF) != 0) {
                return false;
            }
            out[pos++] = (byte) (bits >> 16);
            out[pos++] = (byte) (bits >> 8);
            out[pos++] = (byte) bits;
        }
        into.offsets()[row + 1] = at + bytes;
        return true;
    }

    /// Six bits, or a negative number (which stays negative when shifted by 18 or less) for anything else.
    private static int sextet(byte b) {
        return b < 0 ? -1 : FROM_BASE64[b];
    }
}
