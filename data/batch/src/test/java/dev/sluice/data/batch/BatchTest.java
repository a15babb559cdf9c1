package dev.sluice.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final Schema SCHEMA = Schema.of(
            new Field("id", DataType.INT32),
            new Field("name", DataType.STRING),
            new Field("price", DataType.decimal(30, 2)),
            new Field("weight", DataType.FLOAT64));

    @Test
    void a_batch_that_does_not_fit_the_budget_takes_nothing() {
        for (long limit = 1; limit < 10 * (5 + 21 + 17 + 9); limit += 7) {
            MemoryBudget budget = new MemoryBudget(limit);
            assertThatThrownBy(() -> new Batch(SCHEMA, 10, budget)).isInstanceOf(MemoryBudgetExceededException.class);
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void growing_is_charged_and_given_back() {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        try (Batch batch = new Batch(SCHEMA, 10, budget)) {
            long before = budget.used();
            batch.bytes(1).set(0, "x".repeat(5_000));
            assertThat(budget.used()).isEqualTo(before - 160 + 5_000);
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void a_value_too_long_for_the_budget_is_refused_and_changes_nothing() {
        MemoryBudget budget = new MemoryBudget(2_000);
        try (Batch batch = new Batch(SCHEMA, 10, budget)) {
            long before = budget.used();
            assertThatThrownBy(() -> batch.bytes(1).set(0, "x".repeat(5_000)))
                    .isInstanceOf(MemoryBudgetExceededException.class);
            assertThat(budget.used()).isEqualTo(before);
        }
    }

    @Test
    void a_sharing_batch_shows_the_vectors_of_its_base_and_charges_only_its_own() {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        Schema target = Schema.of(new Field("title", DataType.STRING), new Field("id", DataType.INT64));
        try (Batch base = new Batch(SCHEMA, 10, budget)) {
            long before = budget.used();
            try (Batch view = Batch.sharing(target, base, new int[] {1, -1}, budget)) {
                assertThat(view.vector(0)).isSameAs(base.vector(1));
                assertThat(budget.used()).isEqualTo(before + 90);
                assertThatThrownBy(() -> Batch.sharing(target, base, new int[] {-1, 1}, budget))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(budget.used()).isEqualTo(before + 90);
            }
            assertThat(budget.used()).isEqualTo(before);
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void marked_rows_are_removed_from_every_column() {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        try (Batch batch = new Batch(SCHEMA, 6, budget)) {
            for (int i = 0; i < 6; i++) {
                batch.ints(0).values()[i] = i;
                if (i == 3) {
                    batch.vector(1).setNull(i);
                } else {
                    batch.bytes(1).set(i, "name" + "x".repeat(i));
                }
                batch.wides(2).set(i, BigInteger.TEN.pow(25).add(BigInteger.valueOf(i)));
                batch.doubles(3).values()[i] = i / 2.0;
            }
            batch.setRows(6);
            assertThat(batch.remove(new byte[] {1, 0, 1, 0, 0, 1})).isEqualTo(3);
            assertThat(batch.rows()).isEqualTo(3);
            assertThat(java.util.Arrays.copyOf(batch.ints(0).values(), 3)).containsExactly(1, 3, 4);
            assertThat(batch.bytes(1).text(0)).isEqualTo("namex");
            assertThat(batch.bytes(1).isNull(1)).isTrue();
            assertThat(batch.bytes(1).text(2)).isEqualTo("namexxxx");
            assertThat(batch.bytes(1).isNull(2)).isFalse();
            assertThat(batch.wides(2).get(2)).isEqualTo(BigInteger.TEN.pow(25).add(BigInteger.valueOf(4)));
            assertThat(batch.doubles(3).values()[1]).isEqualTo(1.5);
            assertThat(batch.remove(new byte[6])).isZero();
        }
    }

    @Test
    void wide_values_keep_all_their_bits() {
        MemoryBudget budget = new MemoryBudget(1 << 20);
        try (Batch batch = new Batch(SCHEMA, 1, budget)) {
            WideVector v = batch.wides(2);
            for (String text : new String[] {"0", "-1", "9".repeat(38), "-" + "9".repeat(38), "18446744073709551616"}) {
                v.set(0, new BigInteger(text));
                assertThat(v.get(0)).isEqualTo(new BigInteger(text));
            }
            v.set(0, -5L);
            assertThat(v.get(0)).isEqualTo(BigInteger.valueOf(-5));
        }
    }
}
