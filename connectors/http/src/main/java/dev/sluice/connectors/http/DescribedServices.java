package dev.sluice.connectors.http;

import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.ConnectorFamily;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// The services that have a description: a file each, in the resources' folder `META-INF/sluice/services` beside this
/// class.
public final class DescribedServices implements ConnectorFamily {
    private static final String FOLDER = "META-INF/sluice/services/";
    private static final String END = ".json";

    @Override
    public List<Connector> connectors() {
        return names().stream().map(this::connector).toList();
    }

    @Override
    public Connector connector(String name) {
        try (InputStream in = DescribedServices.class.getClassLoader().getResourceAsStream(FOLDER + name + END)) {
            return new DescribedConnector(ServiceDescription.of(
                    name + END, Objects.requireNonNull(in, name).readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> names() {
        String marker = FOLDER + "salesforce" + END;
        URL known =
                Objects.requireNonNull(DescribedServices.class.getClassLoader().getResource(marker), marker);
        try {
            if (known.getProtocol().equals("file")) {
                try (Stream<Path> files =
                        Files.list(Objects.requireNonNull(Path.of(known.toURI()).getParent()))) {
                    return named(files.map(f -> f.getFileName().toString()));
                }
            }
            String jar = known.getPath().substring(0, known.getPath().indexOf("!/"));
            try (JarFile file = new JarFile(Path.of(new java.net.URI(jar)).toFile())) {
                return named(file.stream()
                        .map(java.util.zip.ZipEntry::getName)
                        .filter(n -> n.startsWith(FOLDER))
                        .map(n -> n.substring(FOLDER.length())));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> named(Stream<String> files) {
        return files.filter(f -> f.endsWith(END))
                .map(f -> f.substring(0, f.length() - END.length()))
                .sorted()
                .toList();
    }
}
