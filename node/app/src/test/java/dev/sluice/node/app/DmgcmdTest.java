package dev.sluice.node.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DmgcmdTest {
    private static String spelled(String... arguments) {
        return String.join(" ", Dmgcmd.translate(List.of(arguments)));
    }

    @Test
    void G15_the_spellings_of_runbooks_are_commands_of_the_node() {
        assertThat(spelled("-Status")).isEqualTo("status");
        assertThat(spelled("-STATUS", "--data", "x")).isEqualTo("status --data x");
        assertThat(spelled("-Diagnose")).isEqualTo("preflight");
        assertThat(spelled("-GetConcurrentJobsLimit")).isEqualTo("preflight");
        assertThat(spelled("-DisableAutoUpdate")).isEqualTo("update --off");
        assertThat(spelled("-EnableAutoUpdate")).isEqualTo("update --on");
        assertThat(spelled("-Update", "a.bundle")).isEqualTo("update --file a.bundle");
        assertThat(spelled("-Update")).isEqualTo("update");
        assertThat(spelled("-EnableProxy", "http://p:3128", "--data", "x"))
                .isEqualTo("proxy set --proxy http://p:3128 --data x");
        assertThat(spelled("-EnableProxy")).isEqualTo("proxy set --proxy system");
        assertThat(spelled("-DisableProxy")).isEqualTo("proxy set --proxy none");
        assertThat(spelled("-Version")).isEqualTo("--version");
        assertThat(spelled("-SwitchServiceAccount", "loader")).isEqualTo("switch-account loader");
        assertThat(spelled("-RegisterNewNode", "IR@x", "loader-1")).isEqualTo("register --key IR@x --name loader-1");
        assertThat(spelled("-RegisterNewNode", "--key-file", "k")).isEqualTo("register --key-file k");
    }

    @Test
    void G15_what_has_no_counterpart_says_what_to_do_instead() {
        assertThatThrownBy(() -> spelled("-Stop")).hasMessageContaining("SIGTERM");
        assertThatThrownBy(() -> spelled("-Dance")).hasMessageContaining("-RegisterNewNode");
    }
}
