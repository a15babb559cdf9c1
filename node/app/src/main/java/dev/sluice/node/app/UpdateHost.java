package dev.sluice.node.app;

import dev.sluice.node.agent.HttpsService;
import dev.sluice.node.agent.NodeAgent;
import dev.sluice.node.tools.FolderLock;
import dev.sluice.node.tools.preflight.Finding;
import dev.sluice.node.tools.preflight.Preflight;
import dev.sluice.node.tools.update.BundleManifest;
import dev.sluice.node.tools.update.Updater;
import dev.sluice.wire.BundleRequest;
import java.io.IOException;
import java.util.List;

/// The running host as an update sees it.
final class UpdateHost implements Updater.Host {
    private final NodeAgent agent;
    private final HttpsService service;
    private final FolderLock lock;
    private final Preflight preflight;

    UpdateHost(NodeAgent agent, HttpsService service, FolderLock lock, Preflight preflight) {
        this.preflight = preflight;
        this.agent = agent;
        this.service = service;
        this.lock = lock;
    }

    @Override
    public byte[] fetch(BundleRequest request) throws InterruptedException {
        return service.bundle(request);
    }

    @Override
    public void hold(String version) {
        agent.upgrade(version);
    }

    @Override
    public boolean awaitIdle(long millis) throws InterruptedException {
        return agent.awaitIdle(millis);
    }

    @Override
    public void leave() throws IOException, InterruptedException {
        agent.stop(0);
        lock.close();
    }

    @Override
    public String unfit(BundleManifest manifest) {
        return preflight.machine().stream()
                .filter(Finding::failed)
                .findFirst()
                .map(Finding::detail)
                .orElse("");
    }

    @Override
    public List<String> arguments() {
        return NodeMain.arguments();
    }
}
