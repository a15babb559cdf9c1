package dev.sluice.data.copy;

import static dev.sluice.data.copy.Rig.csvIn;
import static dev.sluice.data.copy.Rig.csvOut;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.testkit.TestEndpoint;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Folders called `key=value` as columns.
class PartitionTest {
    private final Rig rig = new Rig();

    @BeforeEach
    void files() {
        rig.files.put("in/year=2023/month=12/a.csv", "id\r\n1\r\n");
        rig.files.put("in/year=2024/month=__HIVE_DEFAULT_PARTITION__/b.csv", "id\r\n2\r\n");
        rig.files.put("in/year=2024/c.csv", "id\r\n3\r\n");
    }

    private List<String> copied(TestEndpoint source) {
        rig.copy(
                source.store("enablePartitionDiscovery", true),
                csvOut().format("quoteAllText", false).location("fileName", "out.csv"));
        return rig.files.text("out.csv").lines().toList();
    }

    @Test
    void folders_below_the_datasets_are_columns_and_what_is_missing_is_null() {
        assertThat(copied(csvIn().location("folderPath", "in")))
                .containsExactlyInAnyOrder("id,year,month", "1,2023,12", "2,2024,", "3,2024,");
    }

    @Test
    void with_wildcards_they_count_from_the_first_one_on() {
        assertThat(copied(csvIn().store("wildcardFolderPath", "in/year=2023/month=*")
                        .store("wildcardFileName", "*.csv")))
                .containsExactly("id,month", "1,12");
    }

    @Test
    void a_root_of_its_own_counts_wherever_the_files_are_selected() {
        assertThat(copied(csvIn().location("folderPath", "in/year=2023/month=12")
                        .location("fileName", "a.csv")
                        .store("partitionRootPath", "/in/")))
                .containsExactly("id,year,month", "1,2023,12");
        assertThat(copied(csvIn().location("folderPath", "in/year=2023").store("partitionRootPath", "elsewhere")))
                .containsExactly("id", "1");
    }

    @Test
    void a_column_of_that_name_in_the_files_goes_first() {
        rig.files.put("own/id=7/d.csv", "id\r\n9\r\n");
        assertThat(copied(csvIn().location("folderPath", "own"))).containsExactly("id", "9");
    }
}
