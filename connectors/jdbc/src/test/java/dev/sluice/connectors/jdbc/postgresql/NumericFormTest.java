package dev.sluice.connectors.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.WideVector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The binary form against BigDecimal, at every scale; the contract tests hold it against the server.
class NumericFormTest {
    private final Random random = new Random(4);
    private final byte[] bytes = new byte[NumericWriting.MAX_BYTES];

    private List<BigInteger> values(int precision) {
        BigInteger most = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
        List<BigInteger> values = new ArrayList<>(List.of(BigInteger.ZERO, BigInteger.ONE, most));
        for (int digits = 1; digits <= precision; digits++) {
            values.add(BigInteger.TEN.pow(digits - 1));
            values.add(BigInteger.TEN.pow(digits).subtract(BigInteger.ONE));
            values.add(new BigInteger(most.bitLength(), random).mod(BigInteger.TEN.pow(digits)));
        }
        for (BigInteger v : List.copyOf(values)) {
            values.add(v.negate());
        }
        return values;
    }

    /// What the bytes say, read in the plainest way.
    private BigDecimal plain(int end) {
        assertThat(Wire.i32(bytes, 0)).isEqualTo(end - 4);
        int digits = Wire.i16(bytes, 4);
        BigDecimal value = BigDecimal.ZERO;
        for (int i = 0; i < digits; i++) {
            int digit = Wire.i16(bytes, 12 + 2 * i);
            assertThat(digit).isBetween(0, 9_999);
            value = value.add(BigDecimal.valueOf(digit).scaleByPowerOfTen(4 * (Wire.i16(bytes, 6) - i)));
        }
        return Wire.i16(bytes, 8) == NumericReading.NEGATIVE ? value.negate() : value;
    }

    @Test
    void numbers_of_up_to_18_digits_are_written_and_read_at_every_scale() throws Exception {
        for (int scale = 0; scale <= 18; scale++) {
            for (BigInteger v : values(18)) {
                long unscaled = v.longValueExact();
                int end = NumericWriting.put(bytes, 0, unscaled, scale);
                assertThat(plain(end)).isEqualByComparingTo(new BigDecimal(v, scale));
                assertThat(NumericReading.unscaled(bytes, 4, scale, 0)).isEqualTo(unscaled);
            }
        }
    }

    @Test
    void numbers_of_up_to_38_digits_are_written_and_read_at_every_scale() throws Exception {
        for (int scale = 0; scale <= 38; scale++) {
            Schema schema = Schema.of(new Field("n", DataType.decimal(38, scale)));
            try (Batch batch = new Batch(schema, 2, new MemoryBudget(1 << 20))) {
                WideVector wide = batch.wides(0);
                for (BigInteger v : values(38)) {
                    wide.set(0, v);
                    int end = NumericWriting.put(bytes, 0, wide.high()[0], wide.low()[0], scale);
                    assertThat(end).isLessThanOrEqualTo(NumericWriting.MAX_BYTES);
                    assertThat(plain(end)).as(v + " at " + scale).isEqualByComparingTo(new BigDecimal(v, scale));
                    NumericReading.wide(bytes, 4, scale, 38, wide, 1, 0);
                    assertThat(wide.get(1)).as(v + " at " + scale).isEqualTo(v);
                }
            }
        }
    }
}
