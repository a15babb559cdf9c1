package dev.sluice.ssis.engine.tasks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One conversation with an FTP server (RFC 959, EPSV of RFC 2428). One thread; closing from another ends it.
final class FtpSession implements AutoCloseable {
    private static final int MOST_LINE = 8 << 10;
    private static final int MOST_LINES = 10_000;
    private static final int MOST_NAMES = 100_000;
    private static final Pattern EXTENDED = Pattern.compile("\\(\\|\\|\\|(\\d+)\\|\\)");
    private static final Pattern PASSIVE = Pattern.compile("(\\d+),(\\d+),(\\d+),(\\d+),(\\d+),(\\d+)");

    /// @param passive whether the server waits for the connection of the data
    record Server(String host, int port, String user, String password, boolean passive, int timeoutMillis) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /// What the server answered instead of yes.
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean missing;

        Refused(String command, String answer) {
            super("to " + command + " the server answered: " + answer);
            this.missing = answer.startsWith("450") || answer.startsWith("550");
        }
    }

    private final Server server;
    private final Socket control;
    private final BufferedReader from;
    private final OutputStream to;

    private FtpSession(Server server, Socket control) throws IOException {
        this.server = server;
        this.control = control;
        this.from = new BufferedReader(new InputStreamReader(control.getInputStream(), StandardCharsets.UTF_8));
        this.to = control.getOutputStream();
    }

    static FtpSession open(Server server, boolean ascii) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(server.host(), server.port()), server.timeoutMillis());
            socket.setSoTimeout(server.timeoutMillis());
            FtpSession session = new FtpSession(server, socket);
            session.expect("the connection", "2");
            String answer = session.say("USER " + server.user(), "23");
            if (answer.startsWith("3")) {
                session.secret("PASS", "PASS " + server.password(), "2");
            }
            session.say(ascii ? "TYPE A" : "TYPE I", "2");
            return session;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    String say(String command, String wanted) throws IOException {
        return secret(command, command, wanted);
    }

    /// @param shown what may be told of the command
    /// @param wanted first digits of good answers
    private String secret(String shown, String command, String wanted) throws IOException {
        if (command.chars().anyMatch(c -> c == '\r' || c == '\n')) {
            throw new IOException("a name with a line end in it would be another command");
        }
        to.write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        to.flush();
        return expect(shown, wanted);
    }

    private String expect(String shown, String wanted) throws IOException {
        String first = line();
        String last = first;
        int lines = 0;
        while (first.length() > 3 && first.charAt(3) == '-' && !last.startsWith(first.substring(0, 3) + " ")) {
            last = line();
            if (++lines > MOST_LINES) {
                throw new IOException("the server's answer has no end");
            }
        }
        if (last.isEmpty() || wanted.indexOf(last.charAt(0)) < 0) {
            throw new Refused(shown, last);
        }
        return last;
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

    private interface Transfer {
        void with(Socket data) throws IOException;
    }

    private void transfer(String command, Transfer transfer) throws IOException {
        if (server.passive()) {
            try (Socket data = new Socket()) {
                data.connect(passive(), server.timeoutMillis());
                data.setSoTimeout(server.timeoutMillis());
                say(command, "1");
                transfer.with(data);
            }
        } else {
            try (ServerSocket waiting = new ServerSocket(0, 1, control.getLocalAddress())) {
                waiting.setSoTimeout(server.timeoutMillis());
                active(control.getLocalAddress(), waiting.getLocalPort());
                say(command, "1");
                try (Socket data = waiting.accept()) {
                    data.setSoTimeout(server.timeoutMillis());
                    transfer.with(data);
                }
            }
        }
        expect(command, "2");
    }

    /// Where the data goes: always to the host that was asked for, whatever address the server tells.
    private InetSocketAddress passive() throws IOException {
        InetAddress host = control.getInetAddress();
        try {
            Matcher m = EXTENDED.matcher(say("EPSV", "2"));
            if (m.find()) {
                return new InetSocketAddress(host, Integer.parseInt(m.group(1)));
            }
        } catch (Refused e) {
            // An old server: PASV.
        }
        Matcher m = PASSIVE.matcher(say("PASV", "2"));
        if (!m.find()) {
            throw new IOException("the server's answer to PASV names no port");
        }
        return new InetSocketAddress(host, Integer.parseInt(m.group(5)) * 256 + Integer.parseInt(m.group(6)));
    }

    private void active(InetAddress here, int port) throws IOException {
        String family = here.getAddress().length == 4 ? "1" : "2";
        say("EPRT |" + family + "|" + here.getHostAddress().replaceFirst("%.*", "") + "|" + port + "|", "2");
    }

    /// Names in a folder.
    List<String> names(String folder) throws IOException {
        List<String> names = new ArrayList<>();
        try {
            transfer("NLST " + folder, data -> {
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(data.getInputStream(), StandardCharsets.UTF_8));
                String line;
                while ((line = lines.readLine()) != null) {
                    String name = line.substring(line.lastIndexOf('/') + 1).strip();
                    if (!name.isEmpty()) {
                        names.add(name);
                    }
                    if (names.size() > MOST_NAMES) {
                        throw new IOException("the folder has more than " + MOST_NAMES + " entries");
                    }
                }
            });
        } catch (Refused e) {
            // An empty folder is an error to some servers.
            if (!e.missing) {
                throw e;
            }
        }
        return names;
    }

    void receive(String remote, OutputStream into) throws IOException {
        transfer("RETR " + remote, data -> data.getInputStream().transferTo(into));
    }

    void send(InputStream local, String remote) throws IOException {
        transfer("STOR " + remote, data -> {
            try (OutputStream out = data.getOutputStream()) {
                local.transferTo(out);
            }
        });
    }

    void quit() throws IOException {
        say("QUIT", "2");
    }

    @Override
    public void close() throws IOException {
        control.close();
    }
}
