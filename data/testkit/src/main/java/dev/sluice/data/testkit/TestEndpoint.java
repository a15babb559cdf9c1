package dev.sluice.data.testkit;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Builds one side of a copy for tests; whatever is not said is empty. Values are those of [Settings].
public final class TestEndpoint {
    private final Kind side;
    private final Map<String, @Nullable Object> linkedService = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> dataset = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> location = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> activity = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> store = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> format = new LinkedHashMap<>();
    private String linkedServiceType = "";
    private String datasetType = "";

    private TestEndpoint(Kind side) {
        this.side = side;
    }

    public static TestEndpoint source() {
        return new TestEndpoint(Kind.SOURCE);
    }

    public static TestEndpoint sink() {
        return new TestEndpoint(Kind.SINK);
    }

    public TestEndpoint linkedService(String type) {
        linkedServiceType = type;
        return this;
    }

    public TestEndpoint linkedService(String type, Map<String, ? extends @Nullable Object> properties) {
        linkedServiceType = type;
        linkedService.putAll(properties);
        return this;
    }

    public TestEndpoint dataset(String type) {
        datasetType = type;
        return this;
    }

    /// A member of the dataset's typeProperties.
    public TestEndpoint with(String name, @Nullable Object value) {
        dataset.put(name, value);
        return this;
    }

    /// A member of the dataset's location, e.g. `type`, `folderPath`, `fileName`.
    public TestEndpoint location(String name, @Nullable Object value) {
        location.put(name, value);
        return this;
    }

    /// A member of the activity's source or sink.
    public TestEndpoint activity(String name, @Nullable Object value) {
        activity.put(name, value);
        return this;
    }

    /// A member of the activity's storeSettings.
    public TestEndpoint store(String name, @Nullable Object value) {
        store.put(name, value);
        return this;
    }

    /// A member of the activity's formatSettings.
    public TestEndpoint format(String name, @Nullable Object value) {
        format.put(name, value);
        return this;
    }

    public Endpoint build() {
        Map<String, @Nullable Object> data = new LinkedHashMap<>(dataset);
        if (!location.isEmpty()) {
            data.put("location", location);
        }
        Map<String, @Nullable Object> act = new LinkedHashMap<>(activity);
        if (!store.isEmpty()) {
            act.put("storeSettings", store);
        }
        if (!format.isEmpty()) {
            act.put("formatSettings", format);
        }
        String sideName = side == Kind.SOURCE ? "source" : "sink";
        return new Endpoint(
                side,
                sideName + "Store",
                linkedServiceType,
                new Settings("/linkedService", linkedService),
                sideName + "Dataset",
                datasetType,
                new Settings("/dataset", data),
                new Settings("/" + sideName, act));
    }
}
