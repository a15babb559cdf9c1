package dev.sluice.data.stores;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.ConnectorFamily;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.diagnosis.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The index against what the connectors and formats say themselves. After a change it is written anew with
/// `-Dsluice.index.write=true`.
class IndexTest {
    private static final Path INDEX = Path.of("src/main/resources/META-INF/sluice/stores.index");

    private static List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Connector connector : ServiceLoader.load(Connector.class)) {
            lines.add(line(connector.getClass().getName(), connector));
        }
        for (ConnectorFamily family : ServiceLoader.load(ConnectorFamily.class)) {
            family.names().forEach(n -> lines.add(line(family.getClass().getName() + "#" + n, family.connector(n))));
        }
        for (Format format : ServiceLoader.load(Format.class)) {
            lines.add("format " + format.getClass().getName() + " "
                    + format.descriptor().name());
        }
        return lines.stream().sorted().toList();
    }

    private static String line(String name, Connector connector) {
        return "connector " + name + " " + words(connector.descriptor().linkedServiceTypes()) + " "
                + words(connector.descriptor().datasetTypes());
    }

    private static List<Connector> everyConnector() {
        List<Connector> all = new ArrayList<>();
        ServiceLoader.load(Connector.class).forEach(all::add);
        ServiceLoader.load(ConnectorFamily.class).forEach(f -> all.addAll(f.connectors()));
        return all;
    }

    private static String words(Set<String> types) {
        return String.join(",", new TreeSet<>(types));
    }

    private static Endpoint endpoint(String linkedService, String dataset) {
        return new Endpoint(
                Kind.SOURCE,
                "store",
                linkedService,
                new Settings("", Map.of()),
                "dataset",
                dataset,
                new Settings("", Map.of()),
                new Settings("", Map.of()));
    }

    @Test
    void the_index_says_what_connectors_and_formats_say() throws IOException {
        if (Boolean.getBoolean("sluice.index.write")) {
            Files.write(INDEX, lines());
        }
        assertThat(Files.readAllLines(INDEX)).isEqualTo(lines());
    }

    @Test
    void every_type_leads_to_who_serves_it_in_any_case() {
        Connectors connectors = Connectors.load();
        for (Connector connector : everyConnector()) {
            for (String type : connector.descriptor().linkedServiceTypes()) {
                String shouted = type.toUpperCase(Locale.ROOT);
                switch (connector) {
                    case FileConnector files ->
                        assertThat(connectors.files(endpoint(shouted, "Binary")))
                                .as(type)
                                .isInstanceOf(files.getClass());
                    case TableConnector tables -> {
                        for (String dataset : tables.descriptor().datasetTypes()) {
                            assertThat(connectors
                                            .tables(endpoint(shouted, dataset))
                                            .descriptor()
                                            .datasetTypes())
                                    .as(type)
                                    .contains(dataset);
                        }
                    }
                }
            }
        }
        for (Format format : ServiceLoader.load(Format.class)) {
            String name = format.descriptor().name();
            assertThat(connectors.format(endpoint("FileServer", name.toLowerCase(Locale.ROOT))))
                    .isInstanceOf(format.getClass());
        }
    }
}
