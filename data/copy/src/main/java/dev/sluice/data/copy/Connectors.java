package dev.sluice.data.copy;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.SqlConnector;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/// What can be read and written here, by Data Factory's type names (compared without regard to case). Immutable,
/// thread-safe.
public final class Connectors {
    /// The dataset type whose files are not parsed.
    static final String BINARY = "Binary";

    private final List<Connector> connectors;
    private final List<Format> formats;

    public Connectors(Collection<? extends Connector> connectors, Collection<? extends Format> formats) {
        this.connectors = List.copyOf(connectors);
        this.formats = List.copyOf(formats);
    }

    /// Everything on the class path.
    public static Connectors load() {
        ClassLoader loader = Connectors.class.getClassLoader();
        List<Connector> connectors = new ArrayList<>();
        ServiceLoader.load(Connector.class, loader).forEach(connectors::add);
        List<Format> formats = new ArrayList<>();
        ServiceLoader.load(Format.class, loader).forEach(formats::add);
        return new Connectors(connectors, formats);
    }

    public List<Connector> all() {
        return connectors;
    }

    public List<Format> formats() {
        return formats;
    }

    /// Whether the endpoint's dataset is one of files: a format's, or Binary.
    public boolean isFiles(Endpoint endpoint) {
        return isBinary(endpoint) || find(endpoint).isPresent();
    }

    /// Whether the endpoint's files are not parsed.
    public static boolean isBinary(Endpoint endpoint) {
        return endpoint.datasetType().equalsIgnoreCase(BINARY);
    }

    /// Whether the endpoint's rows are trees.
    boolean isTrees(Endpoint endpoint) {
        Optional<Format> format = find(endpoint);
        return format.isPresent()
                ? format.get().descriptor().capabilities().contains(Capability.TREES)
                : connectors.stream()
                        .filter(TableConnector.class::isInstance)
                        .filter(c -> serves(c, endpoint))
                        .filter(c -> contains(c.descriptor().datasetTypes(), endpoint.datasetType()))
                        .anyMatch(c -> c.descriptor().capabilities().contains(Capability.TREES));
    }

    /// Whether values of the endpoint's rows may be structures.
    boolean hasStructures(Endpoint endpoint) {
        return find(endpoint)
                .filter(f -> f.descriptor().capabilities().contains(Capability.STRUCTURES))
                .isPresent();
    }

    private Optional<Format> find(Endpoint endpoint) {
        return formats.stream()
                .filter(f -> f.descriptor().name().equalsIgnoreCase(endpoint.datasetType()))
                .findFirst();
    }

    /// The format of the endpoint's dataset.
    public Format format(Endpoint endpoint) {
        return find(endpoint).orElseThrow(() -> unknownDataset(endpoint));
    }

    /// The store of the endpoint's files.
    public FileConnector files(Endpoint endpoint) {
        return connectors.stream()
                .filter(FileConnector.class::isInstance)
                .map(FileConnector.class::cast)
                .filter(c -> serves(c, endpoint))
                .findFirst()
                .orElseThrow(() -> unknown(endpoint));
    }

    /// The store of the endpoint's table.
    public TableConnector tables(Endpoint endpoint) {
        return connectors.stream()
                .filter(TableConnector.class::isInstance)
                .map(TableConnector.class::cast)
                .filter(c -> serves(c, endpoint))
                .filter(c -> contains(c.descriptor().datasetTypes(), endpoint.datasetType()))
                .findFirst()
                .orElseThrow(() -> unknown(endpoint));
    }

    /// Whether a user's statements can be run on the endpoint's linked service.
    public boolean runsStatements(Endpoint endpoint) {
        return connectors.stream().anyMatch(c -> c instanceof SqlConnector && serves(c, endpoint));
    }

    /// The store on which a user's statements are run; only the linked service counts.
    public SqlConnector sql(Endpoint endpoint) {
        return connectors.stream()
                .filter(SqlConnector.class::isInstance)
                .map(SqlConnector.class::cast)
                .filter(c -> serves(c, endpoint))
                .findFirst()
                .orElseThrow(() -> noStatements(endpoint));
    }

    private ProblemException noStatements(Endpoint endpoint) {
        if (connectors.stream().noneMatch(c -> serves(c, endpoint))) {
            return unknownService(endpoint);
        }
        Set<String> supported = new TreeSet<>();
        connectors.stream()
                .filter(SqlConnector.class::isInstance)
                .forEach(c -> supported.addAll(c.descriptor().linkedServiceTypes()));
        return ActivityFaults.STATEMENTS_UNSUPPORTED
                .problem()
                .at(endpoint.linkedServiceName())
                .evidence("store", endpoint.linkedServiceName())
                .evidence("type", endpoint.linkedServiceType())
                .evidence("supported", String.join(", ", supported))
                .exception();
    }

    private static boolean serves(Connector connector, Endpoint endpoint) {
        return contains(connector.descriptor().linkedServiceTypes(), endpoint.linkedServiceType());
    }

    /// Where the store is known, of files or of tables, it is the dataset that does not fit.
    private ProblemException unknown(Endpoint endpoint) {
        return connectors.stream().anyMatch(c -> serves(c, endpoint))
                ? unknownDataset(endpoint)
                : unknownService(endpoint);
    }

    private static boolean contains(Set<String> names, String name) {
        return names.stream().anyMatch(name::equalsIgnoreCase);
    }

    private ProblemException unknownService(Endpoint endpoint) {
        Set<String> supported = new TreeSet<>();
        connectors.forEach(c -> supported.addAll(c.descriptor().linkedServiceTypes()));
        return unknown("linked service", endpoint.linkedServiceType(), endpoint, supported);
    }

    /// Names what the endpoint's own store can hold.
    private ProblemException unknownDataset(Endpoint endpoint) {
        Set<String> supported = new TreeSet<>();
        for (Connector c : connectors.stream().filter(c -> serves(c, endpoint)).toList()) {
            if (c instanceof FileConnector) {
                formats.forEach(f -> supported.add(f.descriptor().name()));
                supported.add(BINARY);
            } else {
                supported.addAll(c.descriptor().datasetTypes());
            }
        }
        return unknown("dataset", endpoint.datasetType(), endpoint, supported);
    }

    private static ProblemException unknown(String object, String type, Endpoint endpoint, Set<String> supported) {
        return DocumentFaults.TYPE_UNKNOWN
                .problem()
                .at(object.equals("dataset") ? endpoint.datasetName() : endpoint.linkedServiceName())
                .evidence("object", object)
                .evidence("type", type)
                .evidence("supported", String.join(", ", supported))
                .exception();
    }
}
