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
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What can be read and written here, by Data Factory's type names (compared without regard to case). Thread-safe.
public final class Connectors {
    /// The dataset type whose files are not parsed.
    static final String BINARY = "Binary";

    private final Providers providers;

    public Connectors(Collection<? extends Connector> connectors, Collection<? extends Format> formats) {
        this(new Providers.Given(List.copyOf(connectors), List.copyOf(formats)));
    }

    private Connectors(Providers providers) {
        this.providers = providers;
    }

    /// Everything on the class path. What the index of shipped stores knows is loaded when a type of it is first asked
    /// for; what it does not know is looked for when a type is asked for that it does not have.
    public static Connectors load() {
        return new Connectors(Indexed.find(Connectors.class.getClassLoader()));
    }

    /// Every connector there is; loads them all.
    public List<Connector> all() {
        return providers.connectors();
    }

    /// Every format there is; loads them all.
    public List<Format> formats() {
        return providers.formats();
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
                : serving(endpoint)
                        .filter(TableConnector.class::isInstance)
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
        return providers.format(endpoint.datasetType());
    }

    private Stream<Connector> serving(Endpoint endpoint) {
        return providers.serving(endpoint.linkedServiceType()).stream();
    }

    /// The format of the endpoint's dataset.
    public Format format(Endpoint endpoint) {
        return find(endpoint).orElseThrow(() -> unknownDataset(endpoint));
    }

    /// The store of the endpoint's files.
    public FileConnector files(Endpoint endpoint) {
        return serving(endpoint)
                .filter(FileConnector.class::isInstance)
                .map(FileConnector.class::cast)
                .findFirst()
                .orElseThrow(() -> unknown(endpoint));
    }

    /// The store of the endpoint's table.
    public TableConnector tables(Endpoint endpoint) {
        return serving(endpoint)
                .filter(TableConnector.class::isInstance)
                .map(TableConnector.class::cast)
                .filter(c -> contains(c.descriptor().datasetTypes(), endpoint.datasetType()))
                .findFirst()
                .orElseThrow(() -> unknown(endpoint));
    }

    /// The store of the endpoint's linked service, whatever the dataset.
    public Connector store(Endpoint endpoint) {
        return serving(endpoint).findFirst().orElseThrow(() -> unknownService(endpoint));
    }

    /// Whether a user's statements can be run on the endpoint's linked service.
    public boolean runsStatements(Endpoint endpoint) {
        return serving(endpoint).anyMatch(SqlConnector.class::isInstance);
    }

    /// The store on which a user's statements are run; only the linked service counts.
    public SqlConnector sql(Endpoint endpoint) {
        return serving(endpoint)
                .filter(SqlConnector.class::isInstance)
                .map(SqlConnector.class::cast)
                .findFirst()
                .orElseThrow(() -> noStatements(endpoint));
    }

    private ProblemException noStatements(Endpoint endpoint) {
        if (serving(endpoint).findAny().isEmpty()) {
            return unknownService(endpoint);
        }
        Set<String> supported = new TreeSet<>();
        providers.connectors().stream()
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

    /// Where the store is known, of files or of tables, it is the dataset that does not fit.
    private ProblemException unknown(Endpoint endpoint) {
        return serving(endpoint).findAny().isPresent() ? unknownDataset(endpoint) : unknownService(endpoint);
    }

    static boolean contains(Set<String> names, String name) {
        return names.stream().anyMatch(name::equalsIgnoreCase);
    }

    private ProblemException unknownService(Endpoint endpoint) {
        Set<String> supported = new TreeSet<>();
        providers.connectors().forEach(c -> supported.addAll(c.descriptor().linkedServiceTypes()));
        return unknown("linked service", endpoint.linkedServiceType(), endpoint, supported);
    }

    /// Names what the endpoint's own store can hold.
    private ProblemException unknownDataset(Endpoint endpoint) {
        Set<String> supported = new TreeSet<>();
        for (Connector c : serving(endpoint).toList()) {
            if (c instanceof FileConnector) {
                formats().forEach(f -> supported.add(f.descriptor().name()));
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
