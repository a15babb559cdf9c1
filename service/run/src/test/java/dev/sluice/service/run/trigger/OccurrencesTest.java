package dev.sluice.service.run.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.trigger.ScheduleTrigger;
import dev.sluice.model.trigger.Trigger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The examples of Data Factory's documentation, and the days on which clocks change.
class OccurrencesTest {
    static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    static Occurrences occurrences(String recurrence) {
        String json = "{'properties':{'type':'ScheduleTrigger','typeProperties':{'recurrence':{" + recurrence + "}}}}";
        Document document = Document.parse(
                DocumentKind.TRIGGER, "t", json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return Occurrences.of(((ScheduleTrigger) Trigger.of(document)).recurrence(), CREATED);
    }

    static List<String> first(int count, String recurrence, String from) {
        Occurrences occurrences = occurrences(recurrence);
        List<String> found = new ArrayList<>();
        Optional<Instant> at = occurrences.next(Instant.parse(from));
        while (at.isPresent() && found.size() < count) {
            found.add(at.get().toString());
            at = occurrences.next(at.get().plusNanos(1));
        }
        return found;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            'minutes':[15],'hours':[5]               | Day   | 2026-03-02T05:15:00Z 2026-03-03T05:15:00Z 2026-03-04T05:15:00Z
            'minutes':[15],'hours':[17,5]            | Day   | 2026-03-01T17:15:00Z 2026-03-02T05:15:00Z 2026-03-02T17:15:00Z
            'minutes':[0,15,30,45]                   | Day   | 2026-03-01T12:30:00Z 2026-03-01T12:45:00Z 2026-03-01T13:00:00Z
            'minutes':[0]                            | Hour  | 2026-03-01T13:00:00Z 2026-03-01T14:00:00Z 2026-03-01T15:00:00Z
            'minutes':[15,45]                        | Hour  | 2026-03-01T12:45:00Z 2026-03-01T13:15:00Z 2026-03-01T13:45:00Z
            'hours':[6]                              | Hour  | 2026-03-02T06:25:00Z 2026-03-03T06:25:00Z 2026-03-04T06:25:00Z
            'hours':[5]                              | Day   | 2026-03-02T05:25:00Z 2026-03-03T05:25:00Z 2026-03-04T05:25:00Z
            'hours':[17],'weekDays':['Saturday']     | Week  | 2026-03-07T17:25:00Z 2026-03-14T17:25:00Z 2026-03-21T17:25:00Z
            'weekDays':['tuesday','Thursday']        | Week  | 2026-03-03T12:25:00Z 2026-03-05T12:25:00Z 2026-03-10T12:25:00Z
            'minutes':[0],'hours':[6],'monthDays':[28]  | Month | 2026-03-28T06:00:00Z 2026-04-28T06:00:00Z 2026-05-28T06:00:00Z
            'minutes':[0],'hours':[6],'monthDays':[-1]  | Month | 2026-03-31T06:00:00Z 2026-04-30T06:00:00Z 2026-05-31T06:00:00Z
            'minutes':[0],'hours':[6],'monthDays':[1,-1] | Month | 2026-03-31T06:00:00Z 2026-04-01T06:00:00Z 2026-04-30T06:00:00Z
            'monthDays':[31]                         | Month | 2026-03-31T12:25:00Z 2026-05-31T12:25:00Z 2026-07-31T12:25:00Z
            'monthlyOccurrences':[{'day':'friday','occurrence':1}]  | Month | 2026-03-06T12:25:00Z 2026-04-03T12:25:00Z 2026-05-01T12:25:00Z
            'monthlyOccurrences':[{'day':'friday','occurrence':-3}] | Month | 2026-03-13T12:25:00Z 2026-04-10T12:25:00Z 2026-05-15T12:25:00Z
            'minutes':[15],'hours':[5],'monthlyOccurrences':[{'day':'wednesday','occurrence':3}] | Month | 2026-03-18T05:15:00Z 2026-04-15T05:15:00Z 2026-05-20T05:15:00Z
            """)
    void schedules_expand_or_limit_as_documented(String schedule, String frequency, String expected) {
        String recurrence = "'frequency':'" + frequency
                + "','interval':1,'startTime':'2026-03-01T12:25:00Z','schedule':{" + schedule + "}";
        assertThat(String.join(" ", first(3, recurrence, "2026-03-01T12:25:01Z")))
                .isEqualTo(expected);
    }

    @Test
    void without_a_schedule_occurrences_are_counted_from_the_start_time() {
        String daily = "'frequency':'Day','interval':2,'startTime':'2026-04-07T14:00:00Z'";
        assertThat(first(2, daily, "2026-04-08T13:00:00Z"))
                .containsExactly("2026-04-09T14:00:00Z", "2026-04-11T14:00:00Z");
        assertThat(first(1, daily, "2020-01-01T00:00:00Z")).containsExactly("2026-04-07T14:00:00Z");
        assertThat(first(
                        3,
                        "'frequency':'Minute','interval':'15','startTime':'2026-01-01T00:00:30'",
                        "2026-05-01T10:00:00Z"))
                .containsExactly("2026-05-01T10:00:30Z", "2026-05-01T10:15:30Z", "2026-05-01T10:30:30Z");
        assertThat(first(
                        3,
                        "'frequency':'Month','interval':1,'startTime':'2026-01-31T09:00:00Z'",
                        "2026-02-01T00:00:00Z"))
                .containsExactly("2026-02-28T09:00:00Z", "2026-03-31T09:00:00Z", "2026-04-30T09:00:00Z");
        assertThat(first(
                        2,
                        "'frequency':'Year','interval':1,'startTime':'2024-02-29T09:00:00Z'",
                        "2026-03-01T00:00:00Z"))
                .containsExactly("2027-02-28T09:00:00Z", "2028-02-29T09:00:00Z");
    }

    @Test
    void the_end_time_is_the_last_moment() {
        String recurrence =
                "'frequency':'Hour','interval':1,'startTime':'2026-01-01T00:00:00Z','endTime':'2026-01-01T02:00:00Z'";
        assertThat(first(9, recurrence, "2026-01-01T00:30:00Z"))
                .containsExactly("2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z");
    }

    @Test
    void a_trigger_without_start_time_starts_when_it_was_made() {
        assertThat(first(1, "'frequency':'Day','interval':1", "2026-01-05T10:00:00Z"))
                .containsExactly("2026-01-06T00:00:00Z");
    }

    @Test
    void days_keep_the_clocks_time_through_both_changes() {
        String daily =
                "'frequency':'Day','interval':1,'startTime':'2026-03-01T08:00:00','timeZone':'W. Europe Standard Time'";
        assertThat(first(3, daily, "2026-03-28T00:00:00Z"))
                .containsExactly("2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z", "2026-03-30T06:00:00Z");
        assertThat(first(2, daily, "2026-10-24T00:00:00Z"))
                .containsExactly("2026-10-24T06:00:00Z", "2026-10-25T07:00:00Z");
    }

    @Test
    void a_time_left_out_comes_an_hour_later_on_the_clock_and_a_time_that_occurs_twice_comes_once() {
        String daily = "'frequency':'Day','interval':1,'startTime':'2026-03-01T02:30:00','timeZone':'Europe/Berlin'";
        assertThat(first(3, daily, "2026-03-28T00:00:00Z"))
                .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z");
        assertThat(first(3, daily, "2026-10-24T00:00:00Z"))
                .containsExactly("2026-10-24T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z");
    }

    @Test
    void hours_go_by_what_has_passed_whatever_the_clocks_do() {
        String hourly = "'frequency':'Hour','interval':6,'startTime':'2026-03-28T00:00:00','timeZone':'Europe/Berlin'";
        assertThat(first(5, hourly, "2026-03-28T12:00:00Z"))
                .containsExactly(
                        "2026-03-28T17:00:00Z",
                        "2026-03-28T23:00:00Z",
                        "2026-03-29T05:00:00Z",
                        "2026-03-29T11:00:00Z",
                        "2026-03-29T17:00:00Z");
    }

    @Test
    void minutes_of_every_hour_come_in_both_passes_of_an_hour_that_occurs_twice() {
        String every = "'frequency':'Day','interval':1,'startTime':'2026-03-01T00:00:00','timeZone':'Europe/Berlin',"
                + "'schedule':{'minutes':[30]}";
        assertThat(first(4, every, "2026-10-24T23:00:00Z"))
                .containsExactly(
                        "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z");
        assertThat(first(2, every, "2026-03-29T00:00:00Z"))
                .containsExactly("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z");
    }

    @Test
    void what_never_comes_is_found_out() {
        assertThat(first(
                        1,
                        "'frequency':'Month','interval':12,'startTime':'2026-02-01T00:00:00Z','schedule':{'monthDays':[30]}",
                        "2026-02-01T00:00:00Z"))
                .isEmpty();
        assertThat(first(
                        1,
                        "'frequency':'Hour','interval':24,'startTime':'2026-02-01T00:00:00Z','schedule':{'hours':[5]}",
                        "2026-02-01T00:00:00Z"))
                .isEmpty();
        assertThat(first(
                        1,
                        "'frequency':'Month','interval':12,'startTime':'2025-02-01T00:00:00Z','schedule':{'monthDays':[29]}",
                        "2026-02-01T00:00:00Z"))
                .containsExactly("2028-02-29T00:00:00Z");
    }

    @Test
    void an_unknown_time_zone_is_named() {
        assertThatThrownBy(() -> occurrences("'frequency':'Day','interval':1,'timeZone':'Middle Earth Standard Time'"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Middle Earth Standard Time");
    }
}
