package dev.sluice.node.tools;

import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.node.agent.HttpsService;
import dev.sluice.secrets.NodeKeys;
import java.io.IOException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees that somebody has set another proxy or other trusted certificates, and has a running node use them. Its
/// rules are asked from any thread.
public final class WayWatch implements Supplier<ProxyRules> {
    private static final Logger LOG = LoggerFactory.getLogger(WayWatch.class);
    private static final long MILLIS = 1_000;

    private final NodeFolder folder;
    private final Registration registration;
    private final NodeKeys keys;
    private volatile ProxyRules rules;
    private String stamp;

    /// @throws ProblemException when the settings cannot be used
    public WayWatch(NodeFolder folder, Registration registration, NodeKeys keys) {
        this.folder = folder;
        this.registration = registration;
        this.keys = keys;
        this.stamp = stamp();
        this.rules = registration.proxies(keys);
    }

    @Override
    public ProxyRules get() {
        return rules;
    }

    /// Looks every second, on a thread of its own, for as long as the process lives.
    ///
    /// @param changed is told after each change
    public void start(HttpsService service, Runnable changed) {
        Thread.ofPlatform().name("way").daemon().start(() -> {
            try {
                while (true) {
                    Thread.sleep(MILLIS);
                    look(service, changed);
                }
            } catch (InterruptedException e) {
                LOG.debug("The way is no longer watched");
            }
        });
    }

    private void look(HttpsService service, Runnable changed) {
        String now = stamp();
        if (now.equals(stamp)) {
            return;
        }
        stamp = now;
        try {
            ProxyRules fresh = registration.proxies(keys);
            service.reroute(registration.trust(keys), fresh);
            rules = fresh;
            LOG.info("The way out was set anew: {}", fresh);
            changed.run();
        } catch (ProblemException e) {
            LOG.warn("The settings of the proxy cannot be used, those before stay: {}", e.getMessage());
        }
    }

    private String stamp() {
        try {
            return folder.wayStamp();
        } catch (IOException e) {
            LOG.debug("{} cannot be looked at", folder.root(), e);
            return "";
        }
    }
}
