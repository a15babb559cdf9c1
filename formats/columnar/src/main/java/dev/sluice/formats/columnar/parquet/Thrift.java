package dev.sluice.formats.columnar.parquet;

import java.util.Arrays;
import shaded.parquet.org.apache.thrift.TBase;
import shaded.parquet.org.apache.thrift.TConfiguration;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TProtocolUtil;
import shaded.parquet.org.apache.thrift.transport.TEndpointTransport;
import shaded.parquet.org.apache.thrift.transport.TMemoryBuffer;
import shaded.parquet.org.apache.thrift.transport.TTransportException;

/// Parquet's structures in Thrift's compact protocol, from and to byte arrays. The library's own stream transport is
/// avoided: it believes lengths up to 100 MB whatever the message's size, this one only what the array holds.
final class Thrift {
    private static final int DEEPEST = 32;

    static {
        // members this version does not know are skipped by recursion
        TProtocolUtil.setMaxSkipDepth(DEEPEST);
    }

    private Thrift() {}

    /// Reads a structure from `bytes[from … to)`.
    ///
    /// @return bytes it took
    static int read(TBase<?, ?> into, byte[] bytes, int from, int to) throws TException {
        Array array = new Array(bytes, from, to);
        into.read(new TCompactProtocol(array));
        return array.at - from;
    }

    static byte[] bytes(TBase<?, ?> structure) {
        try {
            TMemoryBuffer buffer = new TMemoryBuffer(256);
            structure.write(new TCompactProtocol(buffer));
            return Arrays.copyOf(buffer.getArray(), buffer.length());
        } catch (TException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A part of an array as a source of bytes. The protocol takes its bytes straight from the array
    /// ([#getBuffer]), and checks lengths of texts and lists against [#checkReadBytesAvailable].
    private static final class Array extends TEndpointTransport {
        private final byte[] bytes;
        private final int to;
        private int at;

        Array(byte[] bytes, int from, int to) throws TTransportException {
            super(new TConfiguration(Math.max(1, to - from), Math.max(1, to - from), DEEPEST));
            this.bytes = bytes;
            this.at = from;
            this.to = to;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void open() {}

        @Override
        public void close() {}

        @Override
        public int read(byte[] into, int offset, int length) throws TTransportException {
            int count = Math.min(length, to - at);
            if (count <= 0 && length > 0) {
                throw new TTransportException(TTransportException.END_OF_FILE, "structure goes on behind its end");
            }
            System.arraycopy(bytes, at, into, offset, count);
            at += count;
            return count;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws TTransportException {
            throw new TTransportException("read only");
        }

        @Override
        public byte[] getBuffer() {
            return bytes;
        }

        @Override
        public int getBufferPosition() {
            return at;
        }

        @Override
        public int getBytesRemainingInBuffer() {
            return to - at;
        }

        @Override
        public void consumeBuffer(int count) {
            at += count;
        }

        @Override
        public void checkReadBytesAvailable(long count) throws TTransportException {
            if (count < 0 || count > to - at) {
                throw new TTransportException(TTransportException.END_OF_FILE, "structure goes on behind its end");
            }
        }
    }
}
