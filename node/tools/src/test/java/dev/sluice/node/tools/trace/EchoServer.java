package dev.sluice.node.tools.trace;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/// A process of its own: sends back what it reads, one connection at a time.
final class EchoServer {
    private EchoServer() {}

    public static void main(String[] args) throws IOException {
        try (ServerSocket server = new ServerSocket(Integer.parseInt(args[0]))) {
            System.out.println("ready");
            while (true) {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                } catch (IOException e) {
                    // Cut, which is what the tests are about.
                    System.err.println("echo: " + e.getMessage());
                }
            }
        }
    }
}
