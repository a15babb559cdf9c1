package dev.sluice.ssis.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.catalog.Right.Said;
import java.util.List;
import org.junit.jupiter.api.Test;

class RightTest {
    private static final Said READ = new Said(Right.READ.code(), false);
    private static final Said NOT_READ = new Said(Right.READ.code(), true);
    private static final Said READ_IN_IT = new Said(Right.READ_OBJECTS.code(), false);
    private static final Said NOT_READ_IN_IT = new Said(Right.READ_OBJECTS.code(), true);

    @Test
    void nothing_said_decides_nothing() {
        assertThat(Right.READ.decided(List.of(), List.of())).isEmpty();
        assertThat(Right.MODIFY.decided(List.of(READ), List.of(READ_IN_IT))).isEmpty();
    }

    @Test
    void what_is_given_on_a_folder_holds_for_what_lies_in_it() {
        assertThat(Right.READ.decided(List.of(), List.of(READ_IN_IT))).hasValue(true);
        assertThat(Right.READ.decided(List.of(), List.of(READ)))
                .as("of the folder alone")
                .isEmpty();
    }

    @Test
    void what_is_denied_counts_before_what_is_given() {
        assertThat(Right.READ.decided(List.of(NOT_READ), List.of(READ_IN_IT))).hasValue(false);
        assertThat(Right.READ.decided(List.of(READ), List.of(NOT_READ_IN_IT))).hasValue(false);
    }

    @Test
    void a_project_can_be_executed_and_an_environment_cannot() {
        assertThat(Securable.PROJECT.rights()).contains(Right.EXECUTE);
        assertThat(Securable.ENVIRONMENT.rights()).doesNotContain(Right.EXECUTE);
        assertThat(Securable.FOLDER.rights()).contains(Right.EXECUTE_OBJECTS).doesNotContain(Right.EXECUTE);
        assertThat(Right.of("execute_objects")).hasValue(Right.EXECUTE_OBJECTS);
        assertThat(Right.of("103")).hasValue(Right.EXECUTE_OBJECTS);
    }
}
