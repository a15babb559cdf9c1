package dev.sluice.node.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistrationKeyTest {
    private static final String LONG = Base64.getEncoder().encodeToString(new byte[64]);
    private static final String SHORT = Base64.getEncoder().encodeToString(new byte[32]);

    @Test
    void a_key_names_its_service_and_the_services_authority() {
        RegistrationKey key = RegistrationKey.parse(" IR@guid@factory@ServiceEndpoint=host:8443@" + LONG + "\n");
        assertThat(key.runtimeId()).isEqualTo("guid");
        assertThat(key.factory()).isEqualTo("factory");
        assertThat(key.endpoint()).contains("host:8443");
        assertThat(key.fingerprint()).contains("0".repeat(64));
        assertThat(key.text()).startsWith("IR@").doesNotContain("\n");
    }

    @Test
    void the_auto_resolve_groups_key_has_no_factory() {
        assertThat(RegistrationKey.parse("IR@guid@@ServiceEndpoint=h:1@" + LONG).factory())
                .isEmpty();
    }

    @Test
    void the_older_form_has_neither_endpoint_nor_fingerprint() {
        RegistrationKey key = RegistrationKey.parse("IR@guid@factory@we@" + SHORT);
        assertThat(key.endpoint()).isEmpty();
        assertThat(key.fingerprint()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', it is empty",
        "hello, does not begin with 'IR@'",
        "IR@guid@factory@we, 4 parts",
        "IR@guid@factory@we@AAAA, has 3 bytes",
        "IR@guid@factory@we@s3cr3t!!, not base64",
    })
    void what_is_no_key_is_told_why_without_showing_it(String text, String why) {
        assertThatThrownBy(() -> RegistrationKey.parse(text))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("AuthenticationKeyInvalid")
                .hasMessageContaining(why)
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void a_key_never_prints_itself() {
        assertThat(RegistrationKey.parse("IR@guid@factory@we@" + SHORT).toString())
                .doesNotContain(SHORT);
    }
}
