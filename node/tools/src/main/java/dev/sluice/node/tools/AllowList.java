package dev.sluice.node.tools;

import dev.sluice.diagnosis.PreflightFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.node.agent.DurableFile;
import dev.sluice.wire.Announcement;
import dev.sluice.wire.ServiceEndpoint;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the firewall in front of a node lets out, as its owner has written it into `allowed-endpoints.txt`,
/// compared with the addresses that the service has announced. A line is a name, `*.domain`, an address or
/// a network (`10.0.0.0/8`), each with `:port` or for every port; `#` begins a comment. What was announced
/// last is kept in `announced-endpoints.json`. Used by one thread at a time.
public final class AllowList {
    private static final Logger LOG = LoggerFactory.getLogger(AllowList.class);
    private static final int MOST_LINES = 10_000;

    private final Path allowed;
    private final Path kept;
    private Announcement told;

    /// @param folder of the node
    AllowList(Path folder) {
        this.allowed = folder.resolve("allowed-endpoints.txt");
        this.kept = folder.resolve("announced-endpoints.json");
        this.told = Announcement.NONE;
    }

    /// Takes what the service announces, keeps it, and warns in the log of what the firewall does not let out; once for
    /// each change.
    public void take(Announcement announcement) {
        if (announcement.equals(told)) {
            return;
        }
        told = announcement;
        try {
            DurableFile.write(kept, Wire.encode(announcement));
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", kept, e.getMessage());
        }
        for (ServiceEndpoint each : announcement.announced()) {
            LOG.info("The service will be reached by {}:{} from {} on", each.host(), each.port(), each.from());
        }
        problems(announcement).forEach(p -> LOG.warn("{}: {}", p.code(), p.message()));
    }

    /// One problem for each announced address that the file does not allow; none when there is no such file.
    public List<Problem> problems() {
        try {
            return Files.exists(kept) ? problems(Wire.decode(Files.readAllBytes(kept), Announcement.class)) : List.of();
        } catch (IOException | dev.sluice.diagnosis.ProblemException e) {
            LOG.warn("{} cannot be read: {}", kept, e.getMessage());
            return List.of();
        }
    }

    private List<Problem> problems(Announcement announcement) {
        List<Rule> rules;
        try {
            if (announcement.announced().isEmpty() || !Files.exists(allowed)) {
                return List.of();
            }
            try (var lines = Files.lines(allowed)) {
                rules = lines.limit(MOST_LINES)
                        .map(Rule::of)
                        .flatMap(Optional::stream)
                        .toList();
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.warn("{} cannot be read: {}", allowed, e.getMessage());
            return List.of();
        }
        List<Problem> problems = new ArrayList<>();
        for (ServiceEndpoint each : announcement.announced()) {
            String missing = missing(each, rules);
            if (!missing.isEmpty()) {
                problems.add(PreflightFaults.ADDRESS_NOT_ALLOWED
                        .problem()
                        .evidence("address", missing)
                        .evidence("from", each.from())
                        .evidence("file", allowed)
                        .build());
            }
        }
        return problems;
    }

    /// A rule for the name is enough; where there is none every address needs one.
    private static String missing(ServiceEndpoint endpoint, List<Rule> rules) {
        if (rules.stream().anyMatch(r -> r.allows(endpoint.host(), endpoint.port()))) {
            return "";
        }
        List<String> closed = endpoint.addresses().stream()
                .filter(a -> rules.stream().noneMatch(r -> r.allows(a, endpoint.port())))
                .toList();
        if (closed.isEmpty() && !endpoint.addresses().isEmpty()) {
            return "";
        }
        return endpoint.host() + ":" + endpoint.port()
                + (closed.isEmpty() ? "" : " (" + String.join(", ", closed) + ")");
    }

    /// @param port 0 for every one
    private record Rule(String host, int port) {
        static Optional<Rule> of(String line) {
            String text = line.replaceAll("#.*", "").strip().toLowerCase(Locale.ROOT);
            if (text.isEmpty()) {
                return Optional.empty();
            }
            int colon = text.lastIndexOf(':');
            boolean one = colon > 0 && colon == text.indexOf(':');
            return one && text.substring(colon + 1).matches("\\d{1,5}")
                    ? Optional.of(new Rule(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1))))
                    : Optional.of(new Rule(text, 0));
        }

        boolean allows(String wanted, int wantedPort) {
            String name = wanted.toLowerCase(Locale.ROOT);
            boolean fits = host.startsWith("*.")
                    ? name.endsWith(host.substring(1))
                    : host.equals(name) || (host.contains("/") && inNetwork(name));
            return fits && (port == 0 || port == wantedPort);
        }

        private boolean inNetwork(String address) {
            if (!isLiteral(address)) {
                return false;
            }
            try {
                String[] parts = host.split("/", 2);
                byte[] net = InetAddress.ofLiteral(parts[0]).getAddress();
                byte[] own = InetAddress.ofLiteral(address).getAddress();
                int bits = Integer.parseInt(parts[1]);
                int rest = net.length * 8 - bits;
                return net.length == own.length
                        && rest >= 0
                        && bits >= 0
                        && new BigInteger(1, net).shiftRight(rest).equals(new BigInteger(1, own).shiftRight(rest));
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        private static boolean isLiteral(String text) {
            return text.matches("[0-9.]+") || text.contains(":");
        }
    }
}
