package dev.sluice.model.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorDocumentTest {
    @Test
    void several_problems_make_one_answer() {
        var first = DocumentFaults.MEMBER_MISSING
                .problem()
                .at("/properties/activities/0")
                .evidence("member", "name")
                .build();
        var second = DocumentFaults.PARAMETER_UNKNOWN
                .problem()
                .at("/x")
                .evidence("object", "p")
                .evidence("parameter", "x")
                .evidence("parameters", "y")
                .build();
        Golden.check("error-document.json", ErrorDocument.of(List.of(first, second)));
        assertThat(ErrorDocument.of(first).at("/error/message").stringValue()).isEqualTo(first.message());
    }

    @Test
    void a_copys_error_says_which_side_failed_and_keeps_our_code() {
        var problem = DataFaults.FILE_MISSING
                .problem()
                .on(Kind.SOURCE)
                .evidence("path", "a.csv")
                .evidence("store", "Folder")
                .build();
        ActivityError error = ActivityError.ofCopy(problem, "Copy1");
        assertThat(error.errorCode()).isEqualTo("2200");
        assertThat(error.failureType()).isEqualTo("UserError");
        assertThat(error.message())
                .startsWith("Failure happened on 'Source' side. ErrorCode=FileNotFound,'Type=")
                .contains(",Message=a.csv does not exist in Folder.,Source=");
        assertThat(error.details().getFirst().resolution()).isEqualTo(problem.resolution());
        assertThat(error.details().getFirst().evidence()).containsEntry("path", "a.csv");
    }

    @Test
    void what_is_on_no_side_names_none() {
        var problem = NodeFaults.OUT_OF_MEMORY.problem().evidence("grant", 5).build();
        assertThat(ActivityError.ofCopy(problem, "c").message()).startsWith("ErrorCode=JobMemoryExhausted,");
        assertThat(ActivityError.ofCopy(problem, "c").failureType()).isEqualTo("SystemError");
    }

    @Test
    void other_activities_carry_our_code_itself() {
        var problem = RunFaults.ACTIVITY_TIMED_OUT
                .problem()
                .evidence("activity", "a")
                .evidence("timeout", "0.00:10:00")
                .build();
        assertThat(ActivityError.of(problem, "a").errorCode()).isEqualTo("ActivityTimedOut");
    }
}
