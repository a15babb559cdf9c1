package dev.sluice.ssis.engine.tasks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// One conversation with a mail server (RFC 5321), with STARTTLS (RFC 3207) and AUTH PLAIN or LOGIN (RFC 4954). One
/// thread; closing from another ends it.
final class SmtpSession implements AutoCloseable {
    private static final int MOST_LINE = 8 << 10;
    private static final int MOST_LINES = 1_000;

    /// @param tls whether STARTTLS is demanded before anything is said
    /// @param user for AUTH; null to say nothing of who sends
    record Server(
            String host,
            int port,
            int timeoutMillis,
            boolean tls,
            @Nullable String user,
            @Nullable String password) {}

    /// What the server answered instead of yes.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String command, String answer) {
            super("to " + command + " the server answered: " + answer);
        }
    }

    private final Server server;
    private Socket socket;
    private BufferedReader from;
    private OutputStream to;
    private List<String> extensions = List.of();

    private SmtpSession(Server server, Socket socket) throws IOException {
        this.server = server;
        this.socket = socket;
        this.from = reader(socket);
        this.to = socket.getOutputStream();
    }

    static SmtpSession open(Server server) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(server.host(), server.port()), server.timeoutMillis());
            socket.setSoTimeout(server.timeoutMillis());
            SmtpSession session = new SmtpSession(server, socket);
            session.begin();
            return session;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private void begin() throws IOException {
        expect("the connection", '2');
        hello();
        if (server.tls()) {
            if (!extensions.contains("STARTTLS")) {
                throw new IOException("the server offers no STARTTLS, and EnableSsl demands it");
            }
            say("STARTTLS", '2');
            encrypt();
            hello();
        }
        if (server.user() != null) {
            authenticate(server.user(), server.password() == null ? "" : server.password());
        }
    }

    private void hello() throws IOException {
        String name = "[" + socket.getLocalAddress().getHostAddress() + "]";
        extensions = say("EHLO " + name, '2').stream()
                .skip(1)
                .map(l -> l.toUpperCase(Locale.ROOT))
                .toList();
    }

    private void encrypt() throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secure = (SSLSocket) factory.createSocket(socket, server.host(), server.port(), true);
        var parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        socket = secure;
        from = reader(secure);
        to = secure.getOutputStream();
    }

    private void authenticate(String user, String password) throws IOException {
        String offered = extensions.stream()
                .filter(e -> e.startsWith("AUTH"))
                .findFirst()
                .orElse("");
        if (offered.contains("PLAIN")) {
            secret("AUTH PLAIN", "AUTH PLAIN " + base64("\0" + user + "\0" + password), '2');
        } else if (offered.contains("LOGIN")) {
            say("AUTH LOGIN", '3');
            secret("AUTH LOGIN", base64(user), '3');
            secret("AUTH LOGIN", base64(password), '2');
        } else {
            throw new IOException("the server offers neither AUTH PLAIN nor AUTH LOGIN");
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends one message.
    ///
    /// @param message with CR LF at the end of its lines
    void send(String sender, List<String> recipients, byte[] message) throws IOException {
        say("MAIL FROM:<" + address(sender) + ">", '2');
        for (String recipient : recipients) {
            say("RCPT TO:<" + address(recipient) + ">", '2');
        }
        say("DATA", '3');
        boolean start = true;
        for (byte b : message) {
            if (start && b == '.') {
                to.write('.');
            }
            to.write(b);
            start = b == '\n';
        }
        to.write("\r\n.\r\n".getBytes(StandardCharsets.US_ASCII));
        to.flush();
        expect("the message", '2');
    }

    /// The address within `Name <address>`; what would end the command early is refused.
    static String address(String text) throws IOException {
        int open = text.lastIndexOf('<');
        int close = text.lastIndexOf('>');
        String address = (open >= 0 && close > open ? text.substring(open + 1, close) : text).strip();
        if (address.isEmpty() || address.chars().anyMatch(c -> c < ' ' || c == '<' || c == '>' || c == ' ')) {
            throw new IOException("'" + text.strip() + "' is no mail address");
        }
        return address;
    }

    private List<String> say(String command, char wanted) throws IOException {
        return secret(command, command, wanted);
    }

    /// @param shown what may be told of the command
    private List<String> secret(String shown, String command, char wanted) throws IOException {
        to.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        to.flush();
        return expect(shown, wanted);
    }

    private List<String> expect(String shown, char wanted) throws IOException {
        List<String> lines = new ArrayList<>();
        while (true) {
            String line = line();
            lines.add(line.length() > 4 ? line.substring(4) : "");
            if (line.length() < 4 || line.charAt(3) != '-') {
                if (line.isEmpty() || line.charAt(0) != wanted) {
                    throw new Refused(shown, line);
                }
                return lines;
            }
            if (lines.size() > MOST_LINES) {
                throw new IOException("the server's answer has no end");
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int c;
        while ((c = from.read()) >= 0 && c != '\n') {
            if (line.length() < MOST_LINE) {
                line.append((char) c);
            }
        }
        if (c < 0 && line.isEmpty()) {
            throw new IOException("the server ended the connection");
        }
        return line.toString().stripTrailing();
    }

    /// Says good-bye after the last message.
    void quit() throws IOException {
        say("QUIT", '2');
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
