package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ForecastTest {
    @Test
    void a_quarter_done_leaves_three_times_as_long() {
        assertThat(Forecast.of(0, -1, 250, 1_000, 10_000))
                .contains(new Forecast(25, Duration.ofSeconds(30)))
                .get()
                .extracting(Forecast::text)
                .isEqualTo("25 %, 30 s left");
    }

    @Test
    void rows_count_where_the_source_tells_no_bytes() {
        assertThat(Forecast.of(500, 1_000, 77, -1, 130_000).map(Forecast::text)).contains("50 %, 2 min 10 s left");
    }

    @Test
    void nothing_is_said_without_a_size_a_start_or_when_more_came_than_was_expected() {
        assertThat(Forecast.of(5, -1, 5, -1, 1_000)).isEmpty();
        assertThat(Forecast.of(5, 0, 5, 0, 1_000)).isEmpty();
        assertThat(Forecast.of(0, 10, 0, -1, 1_000)).isEmpty();
        assertThat(Forecast.of(11, 10, 0, -1, 1_000)).isEmpty();
    }

    @Test
    void all_rows_read_is_not_yet_the_end() {
        assertThat(Forecast.of(10, 10, 0, -1, 1_000)).contains(new Forecast(99, Duration.ZERO));
    }

    @Test
    void hours_are_told_as_such() {
        assertThat(new Forecast(1, Duration.ofMinutes(125)).text()).isEqualTo("1 %, 2 h 5 min left");
    }
}
