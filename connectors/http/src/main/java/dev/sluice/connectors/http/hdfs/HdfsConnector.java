package dev.sluice.connectors.http.hdfs;

import dev.sluice.data.remote.LinkedMembers;
import dev.sluice.data.remote.RemoteFileStore;
import dev.sluice.data.remote.RemoteServer;
import dev.sluice.data.remote.RemoteSession;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.outbound.WayOut;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Data Factory's `Hdfs`, which it only reads; here it can be written, too. The root is that of the file system.
public final class HdfsConnector implements FileConnector {
    private static final List<String> MEMBERS = List.of("url", "authenticationType", "userName", "password");
    private static final String API = "/webhdfs/v1";
    private static final Duration CONNECT = Duration.ofSeconds(30);

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "HDFS",
            Set.of("Hdfs"),
            Set.of("HdfsLocation"),
            Set.of("HdfsReadSettings", "HdfsReadSetting"),
            Set.of("HdfsWriteSettings"),
            Set.of(
                    Capability.READ,
                    Capability.WRITE,
                    Capability.RANGED_READ,
                    Capability.PARALLEL_WRITE,
                    Capability.ATOMIC_COMMIT,
                    Capability.IDEMPOTENT),
            List.of(
                    new FieldDescriptor("url", true, false, "http://namenode:9870/webhdfs/v1, or an HttpFS gateway's"),
                    new FieldDescriptor("authenticationType", false, false, "Anonymous (default)"),
                    new FieldDescriptor("userName", false, false, "who asks, as Hadoop without Kerberos believes it"),
                    new FieldDescriptor("password", false, true, "accepted, not needed")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public FileStore open(Endpoint endpoint, JobContext job) {
        LinkedMembers members = new LinkedMembers(endpoint).only(MEMBERS);
        Settings s = members.settings();
        String type = s.text("authenticationType").orElse("Anonymous").toLowerCase(Locale.ROOT);
        if (!type.equals("anonymous") && !type.isEmpty()) {
            throw members.invalid("authenticationType", "it must be Anonymous; Kerberos (Windows) is not there yet");
        }
        if (!endpoint.storeSettings().section("distcpSettings").names().isEmpty()) {
            throw endpoint.storeSettings().wrong("distcpSettings", "given", "none: DistCp is not run");
        }
        URI base = base(members, s.requiredText("url").strip());
        String user = s.text("userName").filter(u -> !u.isBlank()).orElse("");
        RemoteServer where = new RemoteServer(
                endpoint.side(),
                endpoint.linkedServiceName(),
                "HDFS at " + base.getHost(),
                base.getHost(),
                base.getPort() > 0 ? base.getPort() : base.getScheme().equals("https") ? 443 : 80,
                user.isEmpty() ? "nobody" : user,
                CONNECT.toSeconds());
        return new RemoteFileStore("/", where, new Sessions(base, user), job);
    }

    private static URI base(LinkedMembers members, String text) {
        String plain = text.replaceAll("/+$", "");
        String full = plain.endsWith(API) ? plain : plain + API;
        URI uri;
        try {
            uri = URI.create(full);
        } catch (IllegalArgumentException e) {
            throw members.invalid("url", "it must be an address such as http://namenode:9870/webhdfs/v1");
        }
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
            throw members.invalid("url", "it must be an address such as http://namenode:9870/webhdfs/v1");
        }
        return uri;
    }

    /// One client for the sessions of a store: they are only what is asked at once.
    private static final class Sessions implements RemoteSession.Opener {
        private final URI base;
        private final String user;
        private final HttpClient client = WayOut.clients()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();

        Sessions(URI base, String user) {
            this.base = base;
            this.user = user;
        }

        @Override
        public RemoteSession open() throws IOException {
            HdfsSession session = new HdfsSession(client, base, user);
            session.hello();
            return session;
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }
}
