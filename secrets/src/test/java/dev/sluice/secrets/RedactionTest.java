package dev.sluice.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
    private static final String PRIVATE = "S3cret/Value+1==";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Server=db;Password=S3cret/Value+1==;Timeout=3 | Server=db;Password=**********;Timeout=3",
                "Server=db;Pwd=S3cret/Value+1== with blanks;x=1 | Server=db;Pwd=**********;x=1",
                "AccountName=a;AccountKey=S3cret/Value+1==;EndpointSuffix=x |"
                        + " AccountName=a;AccountKey=**********;EndpointSuffix=x",
                "https://a.blob/c?sv=1&sig=S3cret/Value+1==&se=2 | https://a.blob/c?sv=1&sig=**********&se=2",
                "Authorization: Bearer S3cret/Value+1== | Authorization: Bearer **********",
                "authorization=Basic S3cret/Value+1==, x | authorization=Basic **********, x",
                "got Bearer eyJhbGciOi.S3cret/Value+1== | got Bearer **********",
                "key IR@5f3a@factory@ServiceEndpoint=h@S3cret/Value+1== end | key IR@********** end",
                "`{\"password\": \"S3cret/Value+1==\\\"x\", \"user\": \"u\"}` |"
                        + " `{\"password\": \"**********\", \"user\": \"u\"}`",
                "jdbc:postgresql://user:S3cret+1@host/db | jdbc:postgresql://user:**********@host/db",
                "`client_secret='S3cret/Value+1=='` | client_secret=**********",
                "nothing to see: password is wrong for 'user' | nothing to see: password is wrong for 'user'"
            })
    void what_looks_like_a_credential_is_masked_and_the_rest_stays(String text, String masked) {
        assertThat(Redaction.maskPatterns(text)).isEqualTo(masked).doesNotContain("S3cret");
    }

    @Test
    void a_private_key_in_text_is_masked_even_when_cut_off() {
        String key = Pem.write("PRIVATE KEY", new byte[200]);
        assertThat(Redaction.maskPatterns("a " + key + " b"))
                .startsWith("a ")
                .endsWith(" b")
                .doesNotContain("AAAA");
        assertThat(Redaction.maskPatterns(key.substring(0, 100))).doesNotContain("AAAA");
    }

    @Test
    void a_registered_value_is_masked_in_every_form_until_it_is_released() {
        Redaction redaction = new Redaction();
        Redaction.Registration registration = redaction.register(Secret.of("a b/\"c\""));
        Redaction.Registration again = redaction.register(Secret.of("a b/\"c\""));
        String text = "x a b/\"c\" y a+b%2F%22c%22 z a%20b%2F%22c%22 w a b/\\\"c\\\" v YSBiLyJjIg== u";
        assertThat(redaction.mask(text))
                .isEqualTo("x ********** y ********** z ********** w ********** v ********** u");
        again.close();
        again.close();
        assertThat(redaction.mask("a b/\"c\"")).isEqualTo(Secret.MASK);
        registration.close();
        assertThat(redaction.mask("a b/\"c\"")).isEqualTo("a b/\"c\"");
    }

    @Test
    void of_two_values_the_longer_is_masked_whole() {
        Redaction redaction = new Redaction();
        redaction.register(Secret.of("abcd"));
        redaction.register(Secret.of("abcdefgh"));
        assertThat(redaction.mask("abcdefgh abcd")).isEqualTo("********** **********");
    }

    @Test
    void a_value_too_short_to_be_masked_leaves_text_alone() {
        Redaction redaction = new Redaction();
        redaction.register(Secret.of("a"));
        assertThat(redaction.mask("a banana")).isEqualTo("a banana");
    }

    @Test
    void hostile_text_of_the_largest_size_is_masked() {
        String text = "password=".repeat(100_000) + "\"".repeat(1000) + "://a:".repeat(10_000) + PRIVATE;
        assertThat(new Redaction().mask(text)).isNotEmpty();
        assertThat(new Redaction().mask("x".repeat(Redaction.MAX_TEXT + 10))).hasSize(Redaction.MAX_TEXT + 1);
    }
}
