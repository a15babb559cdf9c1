package dev.sluice.data.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TreePathTest {
    private static final TreePath.Member A = new TreePath.Member("a");
    private static final TreePath.Member B = new TreePath.Member("b");

    @ParameterizedTest
    @ValueSource(strings = {"$.a.b", "$['a']['b']", "$[\"a\"].b", " $.a['b'] "})
    void a_path_from_the_document_starts_with_a_dollar(String text) {
        assertThat(TreePath.parse(text)).isEqualTo(new TreePath(true, List.of(A, B)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "['a']['b']", ".a.b"})
    void a_path_without_it_is_relative_to_the_row(String text) {
        assertThat(TreePath.parse(text)).isEqualTo(new TreePath(false, List.of(A, B)));
    }

    @Test
    void positions_and_unusual_names_are_possible() {
        assertThat(TreePath.parse("$['x.y'][12]['it\\'s']").steps())
                .containsExactly(new TreePath.Member("x.y"), new TreePath.Element(12), new TreePath.Member("it's"));
        assertThat(TreePath.parse("$.@odata.nextLink").steps())
                .containsExactly(new TreePath.Member("@odata"), new TreePath.Member("nextLink"));
        assertThat(TreePath.parse("$").steps()).isEmpty();
        assertThat(TreePath.parse("").steps()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$.", "$[", "$['a'", "$[*]", "$.*", "$..a", "$['a']b", "$[-1]", "$[99999999999]"})
    void what_is_no_path_is_refused_with_a_reason(String text) {
        assertThatThrownBy(() -> TreePath.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @Test
    void a_path_finds_its_value_in_plain_java() {
        Object tree = Map.of("a", List.of(Map.of("b", "found")));
        assertThat(TreePath.parse("$.a[0].b").in(tree)).isEqualTo("found");
        assertThat(TreePath.parse("$.a[1].b").in(tree)).isNull();
        assertThat(TreePath.parse("$.a.b").in(tree)).isNull();
    }
}
