package dev.sluice.node.tools.network;

import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.node.agent.ServiceTrust;
import dev.sluice.node.agent.network.NetworkWalk;
import dev.sluice.node.agent.network.Target;
import dev.sluice.secrets.Certificates;
import dev.sluice.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// Walks to `HOST PORT`, as to a service whose authority is in a file, and prints what it found as JSON.
final class WalkMain {
    private WalkMain() {}

    public static void main(String[] args) throws Exception {
        ServiceTrust trust =
                new ServiceTrust(Certificates.chainFromPem(Files.readString(Path.of(args[2]))), Optional.empty());
        NetworkWalk walk =
                new NetworkWalk(ProxyRules.NONE, trust.context(), Duration.ofSeconds(2), InstantSource.system());
        System.out.println(new String(
                Wire.encode(walk.to(Target.service(args[0], Integer.parseInt(args[1])))), StandardCharsets.UTF_8));
        System.out.flush();
        // The resolver may still be asking.
        Runtime.getRuntime().halt(0);
    }
}
