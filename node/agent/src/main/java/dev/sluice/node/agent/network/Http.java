package dev.sluice.node.agent.network;

import dev.sluice.data.spi.outbound.ProxyAddress;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A request and the head of its answer, over a socket of one's own.
final class Http {
    private static final int MOST_HEAD = 32 << 10;

    private Http() {}

    /// @param lines the status line and the headers
    record Answer(int status, List<String> lines) {
        Optional<String> header(String name) {
            return all(name).stream().findFirst();
        }

        private List<String> all(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ":";
            return lines.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                    .map(line -> line.substring(start.length()).strip())
                    .toList();
        }

        /// Of authentication at the proxy.
        String schemes() {
            return all("proxy-authenticate").stream()
                    .map(value -> value.split("[ ,]", 2)[0])
                    .distinct()
                    .collect(Collectors.joining(", "));
        }

        boolean offers(String scheme) {
            return schemes().toLowerCase(Locale.ROOT).contains(scheme);
        }
    }

    static Answer connect(Socket socket, String target) throws IOException {
        return exchange(socket, "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
    }

    static Answer connectWithBasic(Socket socket, String target, ProxyAddress proxy) throws IOException {
        return exchange(
                socket,
                "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\nProxy-Authorization: " + proxy.basic()
                        + "\r\n\r\n");
    }

    static Answer get(Socket socket, String host) throws IOException {
        return exchange(
                socket,
                "GET / HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: sluice-diagnose\r\nConnection: close\r\n\r\n");
    }

    private static Answer exchange(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        List<String> lines = Arrays.asList(head(socket.getInputStream()).split("\r\n"));
        String first = lines.getFirst();
        if (!first.matches("HTTP/1\\.[01] \\d{3}.*")) {
            throw new IOException("the answer begins with '" + first.substring(0, Math.min(30, first.length())) + "'");
        }
        return new Answer(Integer.parseInt(first.substring(9, 12)), lines);
    }

    /// Up to the empty line, byte by byte: what follows is not this exchange's.
    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int end = 0;
        while (end < 4) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the connection ended within the answer");
            }
            head.write(b);
            end = b == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : b == '\r' ? 1 : 0;
            if (head.size() > MOST_HEAD) {
                throw new IOException("the head of the answer is longer than " + MOST_HEAD + " bytes");
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }
}
