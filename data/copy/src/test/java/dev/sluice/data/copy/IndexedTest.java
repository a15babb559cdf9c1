package dev.sluice.data.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.testkit.LinesFormat;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexedTest {
    @TempDir
    Path folder;

    private Indexed with(String... lines) throws IOException {
        Path index = folder.resolve(Indexed.RESOURCE);
        Files.createDirectories(index.getParent());
        Files.write(index, List.of(lines));
        URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, IndexedTest.class.getClassLoader());
        return Indexed.find(loader);
    }

    @Test
    void what_the_index_names_is_loaded_when_its_type_is_asked_for_and_once() throws IOException {
        Indexed indexed = with(
                "connector no.such.Connector Ghost,Spirit GhostTable",
                "format " + LinesFormat.class.getName() + " Rows");
        assertThat(indexed.format("rOWS")).containsInstanceOf(LinesFormat.class);
        assertThat(indexed.format("Rows").orElseThrow())
                .isSameAs(indexed.format("ROWS").orElseThrow());
        assertThat(indexed.format("ghosttable")).isEmpty();
        assertThatThrownBy(() -> indexed.serving("spirit")).hasMessageContaining("no.such.Connector");
    }

    @Test
    void what_the_index_does_not_name_is_found_all_the_same() throws IOException {
        Indexed indexed = with("format no.such.Format Ghost");
        assertThat(indexed.format("Lines")).containsInstanceOf(LinesFormat.class);
        assertThat(indexed.formats()).hasAtLeastOneElementOfType(LinesFormat.class);
        assertThat(indexed.format("Nothing")).isEmpty();
        assertThat(indexed.serving("Nothing")).isEmpty();
    }
}
