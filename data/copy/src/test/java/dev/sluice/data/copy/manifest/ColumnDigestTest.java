package dev.sluice.data.copy.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Vector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ColumnDigestTest {
    private static final Comparator<String> BY_BYTES =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private static ColumnSum sum(List<String> texts) {
        BytesVector vector = (BytesVector) Vector.allocate(DataType.STRING, texts.size(), new MemoryBudget(1 << 20));
        for (int row = 0; row < texts.size(); row++) {
            vector.set(row, texts.get(row));
        }
        ColumnDigest digest = new ColumnDigest(DataType.STRING, 0);
        int half = texts.size() / 2;
        digest.add(vector, 0, half, new long[texts.size()]);
        digest.add(vector, half, texts.size(), new long[texts.size()]);
        return digest.sum();
    }

    @Test
    void the_least_and_the_greatest_text_are_told_whatever_they_begin_with() {
        Random random = new Random(9);
        for (int round = 0; round < 500; round++) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                // Few characters, so that many begin alike; a zero byte at the end, and bytes above 127.
                StringBuilder text = new StringBuilder(round % 2 == 0 ? "" : "the same ");
                int length = 1 + random.nextInt(12);
                for (int c = 0; c < length; c++) {
                    text.append("\0aaaab\u00e4".charAt(random.nextInt(7)));
                }
                texts.add(text.toString());
            }
            ColumnSum sum = sum(texts);
            assertThat(sum.least()).isEqualTo(texts.stream().min(BY_BYTES).orElseThrow());
            assertThat(sum.greatest()).isEqualTo(texts.stream().max(BY_BYTES).orElseThrow());
        }
    }

    @Test
    void one_value_is_both() {
        assertThat(sum(List.of("x", "x", "x")))
                .extracting(ColumnSum::least, ColumnSum::greatest)
                .containsExactly("x", "x");
    }
}
