package dev.sluice.service.app;

import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.Identity;
import dev.sluice.service.app.http.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate the port shows: for this machine's names, made anew before it expires, taken up when its file
/// changes, without a connection being dropped.
final class ServerCertificate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);
    private static final int LOOK_SECONDS = 10;

    private final CertificateAuthority authority;
    private final Path folder;
    private final List<String> hosts;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Identity shown;
    private FileTime seen;

    ServerCertificate(CertificateAuthority authority, Path folder, String host) {
        this.authority = authority;
        this.folder = folder;
        this.hosts = hosts(host);
        this.shown = authority.serverIdentity(folder, "server", hosts);
        this.seen = modified();
    }

    private static List<String> hosts(String host) {
        Set<String> all = new TreeSet<>(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
        all.add(host);
        String own = hostName();
        if (own.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")) {
            all.add(own.toLowerCase(Locale.ROOT));
        }
        return new ArrayList<>(all);
    }

    /// Asked of the kernel and not of the resolver, which may take seconds.
    private static String hostName() {
        try {
            Path linux = Path.of("/proc/sys/kernel/hostname");
            return Files.exists(linux)
                    ? Files.readString(linux).strip()
                    : System.getenv().getOrDefault("COMPUTERNAME", "");
        } catch (IOException e) {
            LOG.debug("the host name is not known", e);
            return "";
        }
    }

    synchronized Identity identity() {
        return shown;
    }

    private FileTime modified() {
        try {
            return Files.getLastModifiedTime(folder.resolve("server.pem"));
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    /// Watches the file and the calendar from now on.
    void watch(WebServer server) {
        Thread.ofVirtual().name("certificate").start(() -> {
            try {
                while (!closed.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                    look(server);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    synchronized void look(WebServer server) {
        try {
            Identity now = authority.serverIdentity(folder, "server", hosts);
            if (!modified().equals(seen) || !now.certificate().equals(shown.certificate())) {
                seen = modified();
                shown = now;
                server.replace(now);
                LOG.info("the server's certificate was replaced");
            }
        } catch (Exception e) {
            LOG.error("the server's certificate cannot be taken up; the old one stays", e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
