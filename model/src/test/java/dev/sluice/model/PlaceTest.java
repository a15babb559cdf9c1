package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.Problem;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {
    private static Place place(String json) {
        return Place.root(Json.parse(json));
    }

    @Test
    void members_are_found_in_any_case_and_the_exact_case_wins() {
        Place place = place("{\"Name\":\"a\",\"name\":\"b\",\"TYPE\":\"t\"}");
        assertThat(place.member("name").requiredText()).isEqualTo("b");
        assertThat(place.member("type").requiredText()).isEqualTo("t");
        assertThat(place.member("type").pointer()).isEqualTo("/TYPE");
    }

    @Test
    void an_item_of_an_array_is_told_by_the_name_of_the_array() {
        Place item = place("{\"days\":[[],[\"Fry\"]]}")
                .member("days")
                .items()
                .get(1)
                .items()
                .getFirst();
        assertThat(item.invalid("a day").problem().message()).contains("'days[1][0]' is \"Fry\"");
        assertThat(place("[{}]")
                        .items()
                        .getFirst()
                        .member("type")
                        .missing()
                        .problem()
                        .message())
                .contains("'type' is required");
    }

    @Test
    void null_is_absent() {
        assertThat(place("{\"a\":null}").member("a").present()).isFalse();
        assertThat(place("{\"a\":null}").members()).isEmpty();
        assertThat(place("{\"a\":null}").member("a").items()).isEmpty();
    }

    @Test
    void booleans_and_whole_numbers_may_come_as_text() {
        assertThat(place("\"True\"").flag()).contains(true);
        assertThat(place("false").flag()).contains(false);
        assertThat(place("\" 30 \"").whole()).hasValue(30);
        assertThat(place("3.0").whole()).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "\"x\"", "1e999", "99999999999999999999", "true", "{}"})
    void what_is_no_whole_number_is_refused(String json) {
        assertThat(JsonTest.problemOf(() -> place(json).whole()).code()).isEqualTo("MemberInvalid");
    }

    @ParameterizedTest
    @CsvSource({
        "7.00:00:00, P7D",
        "0.12:00:00, PT12H",
        "0.0:10:00, PT10M",
        "00:15:00, PT15M",
        "02:00, PT2H",
        "0.00:00:30, PT30S",
        "00:00:01.5, PT1.5S",
        "2, P2D"
    })
    void time_spans_are_read_as_dot_net_does(String text, String duration) {
        assertThat(TimeSpan.parse(text)).contains(Duration.parse(duration));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "25:00:00", "00:60:00", "-1.00:00:00", "1.2.3", "PT1H"})
    void other_text_is_no_time_span(String text) {
        assertThat(TimeSpan.parse(text)).isEmpty();
    }

    @Test
    void a_wrong_value_is_located_by_an_escaped_pointer() {
        Problem problem = JsonTest.problemOf(() -> place("{\"a/b\":[{\"c~d\":7}]}")
                .member("a/b")
                .items()
                .get(0)
                .member("c~d")
                .text());
        assertThat(problem.location()).isEqualTo("/a~1b/0/c~0d");
        assertThat(problem.message()).contains("'c~d' is 7, expected a string");
    }

    @Test
    void a_missing_member_is_located_at_the_object_that_lacks_it() {
        Problem problem =
                JsonTest.problemOf(() -> place("{\"a\":{}}").at("a", "b").requiredText());
        assertThat(problem.location()).isEqualTo("/a");
        assertThat(problem.message()).contains("'b' is required");
    }
}
