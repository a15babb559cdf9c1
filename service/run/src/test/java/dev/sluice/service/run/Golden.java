package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/// Compares JSON with a file under `src/test/resources/golden`; `-Dsurefire.extra=-Dgolden.update=true` writes it anew.
final class Golden {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

    private Golden() {}

    static void check(String name, JsonNode actual) throws IOException {
        Path file = FOLDER.resolve(name);
        String text = Json.pretty(actual) + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, text);
        }
        assertThat(text).as(name).isEqualTo(Files.readString(file));
    }

    static byte[] read(String name) throws IOException {
        return Files.readAllBytes(FOLDER.resolve(name));
    }
}
