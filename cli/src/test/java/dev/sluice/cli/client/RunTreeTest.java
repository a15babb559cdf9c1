package dev.sluice.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTreeTest {
    private static RunWatch.Activity activity(String path, String status) {
        return new RunWatch.Activity(path, status, status.equals("InProgress") ? "Copying" : "", 1_200, 0, 2_500, "");
    }

    @Test
    void activities_inside_containers_are_indented_with_their_iteration() {
        List<String> lines = RunTree.lines(List.of(
                activity("Each", "InProgress"), activity("Each[3]/Copy", "InProgress"), activity("Tell", "Waiting")));
        assertThat(lines.get(0)).startsWith("▶ Each ").contains("InProgress").contains("2.5 s");
        assertThat(lines.get(1)).startsWith("  ▶ [3] Copy ").contains("Copying").contains("1,200 rows");
        assertThat(lines.get(2)).startsWith("· Tell ");
    }

    @Test
    void what_is_left_stands_behind_the_counters() {
        RunWatch.Activity copy = new RunWatch.Activity("C", "InProgress", "Copying", 1, 0, 2_500, "25 %, 6 s left");
        assertThat(RunTree.lines(List.of(copy)).getFirst()).endsWith("1 rows  0.0 MB/s  25 %, 6 s left");
        assertThat(copy.line()).endsWith("MB/s  25 %, 6 s left");
    }

    @Test
    void a_tree_is_drawn_over_the_one_before() {
        StringWriter out = new StringWriter();
        RunTree tree = new RunTree(new PrintWriter(out, true));
        tree.draw(List.of(activity("A", "InProgress"), activity("B", "Waiting")));
        assertThat(out.toString()).doesNotContain("\u001b");
        tree.draw(List.of(activity("A", "Succeeded"), activity("B", "InProgress")));
        assertThat(out.toString()).contains("\u001b[2A\u001b[J");
    }
}
