package dev.sluice.data.copy.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Hash128Test {
    private static String of(byte[] data, int from, int length) {
        Hash128 hash = new Hash128();
        hash.of(data, from, length);
        return ColumnSum.hex(hash.first(), hash.second());
    }

    @Test
    void bytes_are_hashed_as_MurmurHash3_does_it() {
        byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
        assertThat(of(hello, 0, 5)).isEqualTo("cbd8a7b341bd9b025b1e906a48ae1d19");
        assertThat(of(hello, 0, 0)).isEqualTo("0".repeat(32));
    }

    @Test
    void short_bytes_hash_the_same_where_the_array_goes_on_behind_them() {
        Random random = new Random(8);
        for (int length = 1; length <= 16; length++) {
            byte[] around = new byte[length + 40];
            random.nextBytes(around);
            byte[] alone = Arrays.copyOfRange(around, 3, 3 + length);
            // An array that ends with the value takes the general road.
            byte[] last = new byte[length];
            System.arraycopy(alone, 0, last, 0, length);
            assertThat(of(around, 3, length)).as("%d bytes", length).isEqualTo(of(last, 0, length));
        }
        byte[] sixteen = new byte[40];
        System.arraycopy("0123456789abcdef".getBytes(StandardCharsets.US_ASCII), 0, sixteen, 0, 16);
        FileHash stream = new FileHash();
        stream.update(sixteen, 0, 16);
        assertThat(of(sixteen, 0, 16)).isEqualTo(stream.end());
    }

    @Test
    void the_hash_does_not_depend_on_what_stands_around_or_how_a_stream_is_cut() {
        Random random = new Random(7);
        byte[] around = new byte[100];
        for (int length = 0; length <= 40; length++) {
            random.nextBytes(around);
            int from = random.nextInt(around.length - length);
            byte[] alone = Arrays.copyOfRange(around, from, from + length);
            String expected = of(alone, 0, length);
            assertThat(of(around, from, length)).as("%d bytes", length).isEqualTo(expected);
            FileHash stream = new FileHash();
            int cut = length == 0 ? 0 : random.nextInt(length);
            stream.update(around, from, cut);
            stream.update(around, from + cut, length - cut);
            assertThat(stream.end()).as("%d bytes, cut at %d", length, cut).isEqualTo(expected);
        }
    }
}
