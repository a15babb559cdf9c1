package dev.sluice.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SecretTest {
    @Test
    void a_secret_is_never_printed() {
        Secret secret = Secret.of("hunter2-hunter2");
        assertThat(secret).hasToString("**********");
        assertThat(String.valueOf(java.util.List.of(secret))).doesNotContain("hunter2");
        assertThat(secret.reveal()).isEqualTo("hunter2-hunter2");
    }

    @Test
    void closing_wipes_the_value_and_later_use_is_refused() {
        Secret secret = Secret.of("abc");
        secret.close();
        secret.close();
        assertThatThrownBy(secret::reveal).isInstanceOf(IllegalStateException.class);
        assertThat(secret).isNotEqualTo(Secret.of("abc")).isEqualTo(secret);
    }

    @Test
    void equality_is_by_value_whatever_the_secret_was_made_from() {
        assertThat(Secret.of("pä§€")).isEqualTo(Secret.of("pä§€".toCharArray()));
        assertThat(Secret.of("pä§€")).isEqualTo(Secret.of("pä§€".getBytes(StandardCharsets.UTF_8)));
        assertThat(Secret.of("a")).isNotEqualTo(Secret.of("b")).hasSameHashCodeAs(Secret.of("b"));
        assertThat(Secret.of("abc").length()).isEqualTo(3);
    }

    @Test
    void handing_out_bytes_hands_out_a_copy() {
        Secret secret = Secret.of("abc");
        secret.bytes()[0] = 'x';
        assertThat(secret.reveal()).isEqualTo("abc");
    }
}
