package dev.sluice.data.copy;

import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.ConnectorFamily;
import dev.sluice.data.spi.Format;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What is on the class path, each loaded when a type that it serves is first asked for: asking all of them what they
/// serve means to open every jar, at the start of every process. So an index says it beforehand, a resource with a
/// line for each: `connector CLASS LINKED-SERVICE,… DATASET,…` and `format CLASS DATASET`. A connector of a family
/// ([ConnectorFamily]) stands there as `CLASS#NAME`.
///
/// A type that the index does not have is asked of all, by [ServiceLoader]; so they are found without an index, too.
final class Indexed implements Providers {
    static final String RESOURCE = "META-INF/sluice/stores.index";

    private final ClassLoader loader;
    private final Map<String, List<String>> connectorClasses = new HashMap<>();
    private final Map<String, String> formatClasses = new HashMap<>();
    private final Set<String> noFormats = new HashSet<>();
    private final Map<String, Object> loaded = new ConcurrentHashMap<>();
    private volatile @Nullable Given all;

    private Indexed(ClassLoader loader, List<String> lines) {
        this.loader = loader;
        for (String line : lines) {
            String[] words = line.split(" ");
            if (words[0].equals("connector")) {
                for (String type : words[2].split(",")) {
                    connectorClasses
                            .computeIfAbsent(key(type), t -> new ArrayList<>())
                            .add(words[1]);
                }
                for (String type : words[3].split(",")) {
                    noFormats.add(key(type));
                }
            } else {
                formatClasses.put(key(words[2]), words[1]);
            }
        }
    }

    /// By the index that this loader has, if it has one.
    static Indexed find(ClassLoader loader) {
        try (InputStream index = loader.getResourceAsStream(RESOURCE)) {
            return new Indexed(
                    loader,
                    index == null
                            ? List.of()
                            : new String(index.readAllBytes(), StandardCharsets.UTF_8)
                                    .lines()
                                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key(String type) {
        return type.toLowerCase(Locale.ROOT);
    }

    @Override
    public List<Connector> serving(String linkedServiceType) {
        List<String> classes = connectorClasses.get(key(linkedServiceType));
        return classes == null
                ? all().serving(linkedServiceType)
                : classes.stream().map(name -> instance(Connector.class, name)).toList();
    }

    @Override
    public Optional<Format> format(String datasetType) {
        String name = formatClasses.get(key(datasetType));
        if (name != null) {
            return Optional.of(instance(Format.class, name));
        }
        return noFormats.contains(key(datasetType)) ? Optional.empty() : all().format(datasetType);
    }

    @Override
    public List<Connector> connectors() {
        return all().connectors();
    }

    @Override
    public List<Format> formats() {
        return all().formats();
    }

    private <T> T instance(Class<T> kind, String name) {
        return kind.cast(loaded.computeIfAbsent(name, this::made));
    }

    private Object made(String name) {
        int member = name.indexOf('#');
        try {
            Object made = Class.forName(member < 0 ? name : name.substring(0, member), true, loader)
                    .getConstructor()
                    .newInstance();
            return made instanceof ConnectorFamily family ? family.connector(name.substring(member + 1)) : made;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the index names " + name + ", which cannot be made", e);
        }
    }

    private Given all() {
        Given known = all;
        if (known == null) {
            List<Connector> connectors = new ArrayList<>();
            ServiceLoader.load(Connector.class, loader).forEach(connectors::add);
            ServiceLoader.load(ConnectorFamily.class, loader).forEach(f -> connectors.addAll(f.connectors()));
            List<Format> formats = new ArrayList<>();
            ServiceLoader.load(Format.class, loader).forEach(formats::add);
            known = new Given(List.copyOf(connectors), List.copyOf(formats));
            all = known;
        }
        return known;
    }
}
