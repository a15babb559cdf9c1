package dev.sluice.ssis.packages;

import dev.sluice.diagnosis.SsisFaults;
import java.util.List;

/// An XML configuration file (`.dtsConfig`): values for places in packages.
public final class ConfigurationFile {
    private ConfigurationFile() {}

    /// @param path as [PropertyPath] reads it
    public record Configured(String path, String value) {
        /// Passwords come this way, so values are not printed.
        @Override
        public String toString() {
            return path;
        }
    }

    /// @param file name for messages
    /// @throws dev.sluice.diagnosis.ProblemException when it is no such file, located
    public static List<Configured> read(byte[] bytes, String file) {
        Element root = XmlReader.read(bytes, file, Limits.DEFAULT);
        if (!root.name().equals("DTSConfiguration")) {
            throw SsisFaults.NOT_A_PACKAGE
                    .problem()
                    .at(file)
                    .evidence("file", file)
                    .evidence("detail", "its first element is <" + root.name() + ">, not <DTSConfiguration>")
                    .exception();
        }
        return root.children("Configuration").stream()
                .map(e -> new Configured(
                        e.attribute("Path", ""),
                        e.child("ConfiguredValue").map(Element::text).orElse("")))
                .filter(c -> !c.path().isBlank())
                .toList();
    }
}
