package dev.sluice.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.spi.SecretValue;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The examples of Amazon's page "Authenticating Requests: Using the Authorization Header".
class SignatureTest {
    private static final S3Account EXAMPLE = new S3Account(
            "s3",
            URI.create("https://s3.amazonaws.com"),
            "us-east-1",
            false,
            "AKIAIOSFODNN7EXAMPLE",
            new SecretValue("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            Optional.empty());
    private static final String NOTHING = Signature.hash(new byte[0]);

    private static String signed(
            String method, String path, Map<String, String> query, Map<String, String> headers, String hash) {
        String authorization = new Signature(EXAMPLE, Instant.parse("2013-05-24T00:00:00Z"))
                .headers(new Signature.Request(
                        method, "examplebucket.s3.amazonaws.com", path, new TreeMap<>(query), headers, hash))
                .getOrDefault("authorization", "");
        return authorization.substring(authorization.indexOf("Signature=") + 10);
    }

    @Test
    void the_published_examples_are_signed_as_published() {
        assertThat(signed("GET", "/test.txt", Map.of(), Map.of("Range", "bytes=0-9"), NOTHING))
                .isEqualTo("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
        assertThat(signed(
                        "PUT",
                        "/test%24file.text",
                        Map.of(),
                        Map.of("Date", "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class", "REDUCED_REDUNDANCY"),
                        Signature.hash("Welcome to Amazon S3.".getBytes())))
                .isEqualTo("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
        assertThat(signed("GET", "/", Map.of("lifecycle", ""), Map.of(), NOTHING))
                .isEqualTo("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
        assertThat(signed("GET", "/", Map.of("max-keys", "2", "prefix", "J"), Map.of(), NOTHING))
                .isEqualTo("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }

    @Test
    void names_are_escaped_byte_by_byte() {
        assertThat(Signature.escaped("a/ü b+~", true)).isEqualTo("a/%C3%BC%20b%2B~");
        assertThat(Signature.escaped("a/b", false)).isEqualTo("a%2Fb");
    }
}
