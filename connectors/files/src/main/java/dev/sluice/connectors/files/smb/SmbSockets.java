package dev.sluice.connectors.files.smb;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/// The sockets of one session. The client library waits for an answer until its time is up even when the connection
/// was ended meanwhile; closing the socket under it wakes it.
final class SmbSockets extends SocketFactory {
    private final int connectMillis;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    SmbSockets(Duration connect) {
        this.connectMillis = Math.toIntExact(connect.toMillis());
    }

    private Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        try {
            socket.connect(address, connectMillis);
            socket.setTcpNoDelay(true);
            if (closed) {
                throw new IOException("the session is closed");
            }
            return socket;
        } catch (IOException e) {
            open.remove(socket);
            socket.close();
            throw e;
        }
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connect(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connect(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return createSocket(host, port);
    }

    void close() {
        closed = true;
        for (Socket socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                System.getLogger(SmbSockets.class.getName()).log(System.Logger.Level.DEBUG, "closing", e);
            }
        }
    }
}
