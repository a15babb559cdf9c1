package dev.sluice.node.tools;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.outbound.ProxyAddress;
import dev.sluice.data.spi.outbound.ProxyRules;
import java.util.List;
import java.util.Map;

/// How a node is to leave its network, as a person has set it. Kept sealed to the node's own certificate.
///
/// @param address `http[s]://host:port` for [Mode#CUSTOM]; else empty
/// @param user empty for none
/// @param bypass hosts reached directly, as [ProxyRules#direct()] has them
public record ProxySettings(Mode mode, String address, String user, String password, List<String> bypass) {
    /// What holds when nothing was set.
    public static final ProxySettings USUAL = new ProxySettings(Mode.SYSTEM, "", "", "", List.of());

    /// The three choices of a self-hosted integration runtime.
    public enum Mode {
        /// No proxy, whatever the environment says.
        NONE,
        /// What the process's environment says: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`.
        SYSTEM,
        /// The address given here.
        CUSTOM
    }

    public ProxySettings {
        bypass = List.copyOf(bypass);
    }

    /// @throws dev.sluice.diagnosis.ProblemException when the address is of no use
    public ProxyRules rules(Map<String, String> environment) {
        return switch (mode) {
            case NONE -> ProxyRules.NONE;
            case SYSTEM -> ProxyRules.fromEnvironment(environment);
            case CUSTOM -> {
                ProxyAddress bare = ProxyAddress.parse(address);
                ProxyAddress whole = user.isEmpty()
                        ? bare
                        : new ProxyAddress(bare.host(), bare.port(), bare.encrypted(), user, new SecretValue(password));
                yield ProxyRules.through(whole, bypass);
            }
        };
    }

    /// The password is not shown.
    @Override
    public String toString() {
        return "ProxySettings[" + mode + "]";
    }
}
