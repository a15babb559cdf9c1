package dev.sluice.service.app;

import dev.sluice.service.app.http.Quota;
import dev.sluice.service.app.nodes.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The command line. A parser of our own: six options do not need a library, which would cost a tenth of the start.
final class Arguments {
    static final String HELP = """
            Usage: sluice service start [options]

            Runs the service: the Data Factory REST API, the queue and the history. It prints one line,
            'ready https://HOST:PORT', when it serves; its messages go to stderr. Ctrl-C or SIGTERM stops it; a second
            start on the same folder goes on where it was.

              --data DIR          folder for everything it keeps (default: ~/.local/share/sluice/service)
              --https-port PORT   port to serve on (default: 8443; 0 takes any that is free)
              --host NAME         name by which clients and nodes reach this machine (default: localhost)
              --database WHERE    'sqlite' (default, a file in DIR) or jdbc:postgresql://HOST/DB?user=U&password=P;
                                  the environment variable SLUICE_DATABASE does the same without showing a password
              --requests-per-caller N
                                  requests a second that one caller may make in the long run, ten times as many at once
                                  (default: 300); who is faster is answered 429 with Retry-After
              --requests-per-factory N
                                  the same for all callers of one factory together (default: 1000)
              --lease SECONDS     after which what ran on a node that is not heard any more starts elsewhere (default: 12);
                                  more where nodes' lines break for longer, or the service is away for longer
              --node-expiry DAYS  after which a node that is not heard any more has to be registered again (default: 90;
                                  0: never)
              --help              this text

            At the first start it makes in DIR: tls/ca.pem (the CA to trust), admin-token (send it as
            'Authorization: Bearer TOKEN') and auto-resolve.key (registers nodes for AutoResolveIntegrationRuntime).

            Example: sluice service start --data ./service --https-port 8443
            """;

    /// The command line is wrong.
    static final class WrongException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WrongException(String message) {
            super(message);
        }
    }

    private Arguments() {}

    static boolean wantsHelp(String[] args) {
        return args.length == 0
                || List.of(args).contains("--help")
                || List.of(args).contains("-h");
    }

    static Settings parse(String[] args) {
        Deque<String> rest = new ArrayDeque<>(List.of(args));
        if (!"start".equals(rest.peek())) {
            throw new WrongException("expected 'start', not '" + rest.peek() + "'");
        }
        rest.poll();
        Path data = defaultData();
        int port = 8443;
        String host = "localhost";
        String database = System.getenv().getOrDefault("SLUICE_DATABASE", "sqlite");
        Quota perCaller = Quota.PER_CALLER;
        Quota perFactory = Quota.PER_FACTORY;
        Limits limits = Limits.STANDARD;
        while (!rest.isEmpty()) {
            String option = rest.poll();
            int equals = option.startsWith("--") ? option.indexOf('=') : -1;
            if (equals > 0) {
                rest.push(option.substring(equals + 1));
                option = option.substring(0, equals);
            }
            switch (option) {
                case "--data" -> data = Path.of(value(option, rest));
                case "--https-port" -> port = port(value(option, rest));
                case "--host" -> host = host(value(option, rest));
                case "--database" -> database = value(option, rest);
                case "--requests-per-caller" -> perCaller = quota(option, value(option, rest));
                case "--requests-per-factory" -> perFactory = quota(option, value(option, rest));
                case "--lease" ->
                    limits = Limits.withLease(lease(value(option, rest))).expiringAfter(limits.expiry());
                case "--node-expiry" -> limits = limits.expiringAfter(expiry(value(option, rest)));
                default -> throw new WrongException("unknown option '" + option + "'");
            }
        }
        return new Settings(
                data, port, host, database, InstantSource.system(), limits, Settings.PAGE_SIZE, perCaller, perFactory);
    }

    private static String value(String option, Deque<String> rest) {
        String value = rest.poll();
        if (value == null || value.isEmpty()) {
            throw new WrongException(option + " needs a value");
        }
        return value;
    }

    private static Quota quota(String option, String text) {
        if (!text.matches("[1-9]\\d{0,6}")) {
            throw new WrongException(option + " must be a number from 1 to 9999999, not '" + text + "'");
        }
        return Quota.ofSeconds(Integer.parseInt(text));
    }

    private static Duration lease(String text) {
        if (!text.matches("[1-9]\\d{0,2}") || Integer.parseInt(text) < 5 || Integer.parseInt(text) > 600) {
            throw new WrongException("--lease must be a number of seconds from 5 to 600, not '" + text + "'");
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }

    private static Duration expiry(String text) {
        if (!text.matches("0|[1-9]\\d{0,3}")) {
            throw new WrongException("--node-expiry must be a number of days from 0 to 9999, not '" + text + "'");
        }
        return Duration.ofDays(Integer.parseInt(text));
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new WrongException("--https-port must be a number from 0 to 65535, not '" + text + "'");
        }
        throw new WrongException("--https-port must be a number from 0 to 65535, not '" + text + "'");
    }

    private static String host(String text) {
        if (!text.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")) {
            throw new WrongException("--host must be a host name or an IPv4 address, not '" + text + "'");
        }
        return text;
    }

    private static Path defaultData() {
        String home = System.getenv("XDG_DATA_HOME");
        Path base = home == null || home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "share")
                : Path.of(home);
        return base.resolve("sluice").resolve("service");
    }
}
