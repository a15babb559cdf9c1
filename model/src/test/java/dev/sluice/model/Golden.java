package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/// Compares JSON with a file under `src/test/resources/golden`. `-Dsurefire.extra=-Dgolden.update=true`
/// writes the files anew; the difference is then for a person to read.
public final class Golden {
    private static final Path FOLDER = Path.of("src", "test", "resources", "golden");

    private Golden() {}

    public static void check(String name, JsonNode actual) {
        Path file = FOLDER.resolve(name);
        String text = Json.pretty(actual) + "\n";
        try {
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(FOLDER);
                Files.writeString(file, text);
            }
            assertThat(text).as(name).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError("golden file " + file, e);
        }
    }

    public static JsonNode read(String name) {
        try {
            return Json.parse(Files.readAllBytes(FOLDER.resolve(name)));
        } catch (IOException e) {
            throw new AssertionError("golden file " + name, e);
        }
    }
}
