package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TableTest {
    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    @Test
    void a_row_is_one_line_however_many_a_value_has() {
        String table = Table.of(
                List.of(new Table.Column("Name", "/name"), new Table.Column("Message", "/message")),
                List.of(json("{\"name\":\"a\",\"message\":\"first failed.\\r\\nsecond failed.\\n\"}")));
        assertThat(table.lines()).hasSize(3).last().isEqualTo("a     first failed. second failed.");
    }

    @Test
    void triggers_are_listed_with_their_state() {
        JsonNode trigger =
                json("{\"name\":\"Daily\",\"properties\":{\"type\":\"ScheduleTrigger\",\"runtimeState\":\"Started\"}}");
        assertThat(Table.of(ResourceCommands.Type.TRIGGER.columns(), List.of(trigger)))
                .contains("State", "Started");
    }
}
