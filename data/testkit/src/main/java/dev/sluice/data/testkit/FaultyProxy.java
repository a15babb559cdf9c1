package dev.sluice.data.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// A TCP proxy on loopback that cuts or stalls what goes through it: the network's faults in front of a real
/// server. Faults may be set at any time and hold for connections that are open, too. Thread-safe.
public final class FaultyProxy implements AutoCloseable {
    private static final int BUFFER = 8_192;

    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicLong passing = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong passed = new AtomicLong();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean closed;

    /// Starts to pass connections on to that server.
    public FaultyProxy(String host, int port) {
        server = new InetSocketAddress(host, port);
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    public String host() {
        return listener.getInetAddress().getHostAddress();
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// Bytes passed so far, both ways, over all connections.
    public long passed() {
        return passed.get();
    }

    /// Resets all connections once that many further bytes have passed.
    public FaultyProxy cutAfter(long bytes) {
        passing.set(bytes);
        return this;
    }

    /// Resets all connections now; new ones are still taken.
    public void cut() {
        for (Socket s : sockets) {
            reset(s);
        }
    }

    /// From now on nothing passes, as if packets were dropped; [#resume()] ends it.
    public synchronized void stall() {
        if (gate.getCount() == 0) {
            gate = new CountDownLatch(1);
        }
    }

    public synchronized void resume() {
        gate.countDown();
    }

    private void start(Runnable work) {
        Thread thread = Thread.ofPlatform().daemon().name("faulty-proxy").unstarted(() -> {
            try {
                work.run();
            } finally {
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(thread);
        thread.start();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                Socket onward = new Socket();
                sockets.add(onward);
                onward.connect(server);
                start(() -> pass(client, onward));
                start(() -> pass(onward, client));
            } catch (IOException e) {
                // The proxy was closed, or the server is gone: either way the client sees a reset.
                cut();
            }
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                gate.await();
                long left = passing.addAndGet(-n);
                if (left < 0) {
                    out.write(buffer, 0, (int) Math.max(0, n + left));
                    cut();
                    return;
                }
                passed.addAndGet(n);
                out.write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            reset(from);
            reset(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Closes so that the other end sees a reset instead of an orderly end.
    private void reset(Socket s) {
        sockets.remove(s);
        try {
            s.setSoLinger(true, 0);
            s.close();
        } catch (IOException e) {
            // Both directions may end a connection; the second finds it closed.
            if (!s.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Ends all connections and threads.
    @Override
    public void close() {
        closed = true;
        resume();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
        threads.forEach(Thread::interrupt);
    }
}
