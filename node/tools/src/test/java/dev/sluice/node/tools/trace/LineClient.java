package dev.sluice.node.tools.trace;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A process of its own: connects to HOST PORT, says `connected` or `failed …`, then sends each line it is given, says
/// `got …` or `failed …`, and closes at the end of its input.
final class LineClient {
    private static final int MILLIS = 4_000;

    private LineClient() {}

    public static void main(String[] args) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(args[0], Integer.parseInt(args[1])), MILLIS);
            socket.setSoTimeout(MILLIS);
            System.out.println("connected");
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
                System.out.println("got " + in.readLine());
            }
        } catch (IOException e) {
            System.out.println("failed " + e.getMessage());
        }
    }
}
