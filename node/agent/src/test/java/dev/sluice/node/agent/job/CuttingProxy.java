package dev.sluice.node.agent.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A line to a server of this machine that breaks: each of the first connections is reset when a random number
/// of bytes has gone through it, in whichever direction. Later ones stay.
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final int to;
    private final int most;
    private final int bytes;
    private final SplittableRandom dice;
    private final AtomicInteger cuts = new AtomicInteger();

    /// @param most how many connections are cut
    /// @param bytes after less than that
    CuttingProxy(int to, int most, int bytes, long seed) throws IOException {
        this.to = to;
        this.most = most;
        this.bytes = bytes;
        this.dice = new SplittableRandom(seed);
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().name("cutting proxy").daemon().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    int cuts() {
        return cuts.get();
    }

    private void accept() {
        int count = 0;
        while (!listening.isClosed()) {
            try {
                Socket in = listening.accept();
                Socket out = new Socket(InetAddress.getLoopbackAddress(), to);
                AtomicLong left = new AtomicLong(count++ < most ? 1 + dice.nextInt(bytes) : Long.MAX_VALUE);
                Thread.startVirtualThread(() -> pass(in, out, left));
                Thread.startVirtualThread(() -> pass(out, in, left));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void pass(Socket from, Socket into, AtomicLong left) {
        byte[] buffer = new byte[8_192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                long before = left.getAndAdd(-n);
                out.write(buffer, 0, Math.clamp(before, 0, n));
                if (before <= n) {
                    if (before > 0) {
                        cuts.incrementAndGet();
                    }
                    reset(from);
                    reset(into);
                    return;
                }
            }
            into.shutdownOutput();
        } catch (IOException e) {
            reset(from);
            reset(into);
        }
    }

    /// Not closed in good order: whoever reads is told that the connection was reset.
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed already.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
