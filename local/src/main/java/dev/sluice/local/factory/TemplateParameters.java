package dev.sluice.local.factory;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/// Values for the parameters of an ARM template.
public final class TemplateParameters {
    private TemplateParameters() {}

    /// Reads a parameters file (`{"parameters": {"name": {"value": …}}}`) or a plain object of names and values.
    public static ObjectNode read(Path file) {
        try {
            return TemplateReader.parameters(Json.parseObject(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw DocumentFaults.FILE_UNREADABLE
                    .problem()
                    .evidence("path", file)
                    .evidence("detail", e.getMessage())
                    .from(e)
                    .exception();
        }
    }
}
