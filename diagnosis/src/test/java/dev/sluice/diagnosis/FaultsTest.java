package dev.sluice.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FaultsTest {
    static List<Fault> all() {
        return Faults.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void every_fault_has_a_sentence_as_cause_and_sentences_as_resolution(Fault fault) {
        assertThat(fault.cause()).matches("(?s)['{A-Z].*").isNotBlank();
        assertThat(fault.resolution())
                .isNotEmpty()
                .allSatisfy(step -> assertThat(step).matches("(?s)['A-Z].*[.'?]"));
        assertThat(Faults.byCode(fault.code())).isSameAs(fault);
    }

    @Test
    void a_problem_fills_evidence_into_cause_and_resolution() {
        Problem p = ConnectionFaults.PORT_REFUSED
                .problem()
                .evidence("host", "db")
                .evidence("port", 5432)
                .evidence("store", "Orders")
                .build();
        assertThat(p.message())
                .isEqualTo("db:5432 refused the connection: the host answers, but nothing listens on that port.");
        assertThat(p.resolution().getFirst()).contains("Orders").contains("5432");
    }

    @Test
    void evidence_that_was_not_seen_is_said_to_be_unknown() {
        assertThat(ConnectionFaults.HOST_UNKNOWN.problem().build().message()).contains("'(host unknown)'");
    }

    @Test
    void a_location_stands_in_front() {
        Problem p = DocumentFaults.MEMBER_MISSING
                .problem()
                .at("/properties")
                .evidence("member", "type")
                .build();
        assertThat(p.message()).isEqualTo("/properties: 'type' is required.");
    }

    @Test
    void long_evidence_is_cut() {
        Problem p = DataFaults.DISK_FULL
                .problem()
                .evidence("path", "x".repeat(10_000))
                .build();
        assertThat(p.evidence().get("path")).hasSize(Problem.MAX_EVIDENCE + 1).endsWith("…");
    }

    @Test
    void whose_move_it_is_can_be_said_by_the_occurrence() {
        Problem p = DataFaults.TABLE_MISSING.problem().on(Kind.SINK).build();
        assertThat(p.kind()).isEqualTo(Kind.SINK);
        assertThat(p.fault().kind()).isEqualTo(Kind.SOURCE);
    }

    @Test
    void a_code_is_a_word_and_a_fault_has_a_way_out() {
        assertThatThrownBy(() -> new Fault("not a code", Kind.USER, false, "x", List.of("y")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Fault("Code", Kind.USER, false, "x", List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
