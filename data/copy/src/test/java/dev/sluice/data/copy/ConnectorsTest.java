package dev.sluice.data.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.testkit.LinesFormat;
import dev.sluice.data.testkit.MemoryFileConnector;
import dev.sluice.data.testkit.MemoryFiles;
import dev.sluice.data.testkit.MemoryTableConnector;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectorsTest {
    private final MemoryTableConnector tables = new MemoryTableConnector();
    private final MemoryFileConnector files = new MemoryFileConnector(new MemoryFiles());
    private final Connectors connectors = new Connectors(List.of(tables, files), List.of(new LinesFormat()));

    @Test
    void what_is_on_the_class_path_is_found() {
        assertThat(Connectors.load().formats()).hasAtLeastOneElementOfType(LinesFormat.class);
    }

    @Test
    void type_names_match_in_any_case() {
        TestEndpoint e = TestEndpoint.source().linkedService("MEMORYdatabase").dataset("memorytable");
        assertThat(connectors.tables(e.build())).isSameAs(tables);
        assertThat(connectors.isFiles(e.build())).isFalse();
        e = TestEndpoint.source().linkedService("memory").dataset("LINES");
        assertThat(connectors.files(e.build())).isSameAs(files);
        assertThat(connectors.isFiles(e.build())).isTrue();
        assertThat(connectors.isFiles(TestEndpoint.sink().dataset("binary").build()))
                .isTrue();
    }

    @Test
    void a_dataset_of_another_store_is_refused() {
        assertThatThrownBy(() -> connectors.tables(TestEndpoint.source()
                        .linkedService("MemoryDatabase")
                        .dataset("AzureSqlTable")
                        .build()))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(DocumentFaults.TYPE_UNKNOWN);
                    assertThat(e.problem().message()).contains("AzureSqlTable");
                    assertThat(e.problem().resolution().getFirst()).contains("MemoryTable");
                });
    }

    @Test
    void a_dataset_type_that_a_known_store_does_not_have_is_what_is_unknown() {
        Endpoint orc =
                TestEndpoint.source().linkedService("Memory").dataset("Orc").build();
        Endpoint lines = TestEndpoint.source()
                .linkedService("MemoryDatabase")
                .dataset("Lines")
                .build();
        for (Runnable look : List.<Runnable>of(() -> connectors.tables(orc), () -> connectors.files(lines))) {
            assertThatThrownBy(look::run).isInstanceOfSatisfying(ProblemException.class, e -> {
                assertThat(e.problem().fault()).isEqualTo(DocumentFaults.TYPE_UNKNOWN);
                assertThat(e.problem().location()).isEqualTo("sourceDataset");
                assertThat(e.problem().evidence().get("object")).isEqualTo("dataset");
                assertThat(e.problem().evidence().get("type")).isIn("Orc", "Lines");
                assertThat(e.problem().resolution().getFirst())
                        .isIn("Supported are: Binary, Lines.", "Supported are: MemoryTable.");
            });
        }
        assertThatThrownBy(() -> connectors.tables(TestEndpoint.source()
                        .linkedService("Oracle")
                        .dataset("Orc")
                        .build()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().evidence())
                                .containsEntry("object", "linked service")
                                .containsEntry("type", "Oracle"));
    }
}
