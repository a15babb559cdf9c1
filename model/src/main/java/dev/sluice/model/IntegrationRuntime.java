package dev.sluice.model;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/// An integration runtime, read-only.
///
/// @param name the document's name
/// @param selfHosted a group of the customer's nodes; otherwise `Managed`
/// @param linked whether it borrows the nodes of a runtime in another factory (`typeProperties.linkedInfo`)
/// @param document what it was read from
public record IntegrationRuntime(String name, boolean selfHosted, boolean linked, Document document) {
    /// The built-in runtime of every factory; it need not be created.
    public static final String AUTO_RESOLVE = "AutoResolveIntegrationRuntime";

    private static final int MOST_PARALLEL_PACKAGES = 1_000;

    public static IntegrationRuntime of(Document document) {
        Place type = document.properties().member("type");
        boolean selfHosted = switch (type.requiredText().toLowerCase(java.util.Locale.ROOT)) {
            case "selfhosted" -> true;
            case "managed" -> false;
            default -> throw type.invalid("SelfHosted or Managed");
        };
        boolean linked = document.typeProperties().member("linkedInfo").present();
        return new IntegrationRuntime(document.name(), selfHosted, linked, document);
    }

    /// Resource id of the runtime whose nodes this one borrows; empty for one that is not linked, and for one
    /// linked by key, which Data Factory had before it had resource ids.
    public Optional<String> sharedId() {
        return document.typeProperties()
                .member("linkedInfo")
                .member("resourceId")
                .text();
    }

    /// What a service keeps of the key by which a runtime was linked: the key itself lies beside it, sealed.
    ///
    /// @param group of nodes whose key it was
    /// @param slot which of the group's two keys; 1 or 2
    /// @param generation of that key; once it is regenerated, the link is void
    /// @param location of the factory with the linked runtime, as it is shown to the owner
    public record LinkKey(String group, int slot, int generation, String location) {
        private static final String GROUP = "group";
        private static final String SLOT = "slot";
        private static final String GENERATION = "generation";
        private static final String LOCATION = "location";

        /// What a runtime's document holds of it, if it was linked by key.
        public static Optional<LinkKey> in(Document runtime) {
            Place key = runtime.typeProperties().at("linkedInfo", "key");
            return key.member(GROUP)
                    .text()
                    .map(group -> new LinkKey(
                            group,
                            (int) key.member(SLOT).whole(1, 2).orElse(1),
                            (int) key.member(GENERATION)
                                    .whole(0, Integer.MAX_VALUE)
                                    .orElse(0),
                            key.member(LOCATION).text().orElse("")));
        }

        /// Adds this to the sealed form of the key.
        public ObjectNode addTo(ObjectNode sealed) {
            return sealed.put(GROUP, group)
                    .put(SLOT, slot)
                    .put(GENERATION, generation)
                    .put(LOCATION, location);
        }
    }

    /// How a runtime that a service keeps was linked by key; empty for others.
    public Optional<LinkKey> linkKey() {
        return LinkKey.in(document);
    }

    /// Whether its nodes are there only on demand (`ssisProperties`): the Azure-SSIS runtime, which is started and
    /// stopped.
    public boolean ssis() {
        return !selfHosted && document.typeProperties().member("ssisProperties").present();
    }

    /// How many packages each node runs at once for an Azure-SSIS runtime
    /// (`computeProperties.maxParallelExecutionsPerNode`); empty where it does not say, and for other runtimes.
    public OptionalInt parallelPackages() {
        OptionalLong given = ssis()
                ? document.typeProperties()
                        .at("computeProperties", "maxParallelExecutionsPerNode")
                        .whole(1, MOST_PARALLEL_PACKAGES)
                : OptionalLong.empty();
        return given.isPresent() ? OptionalInt.of((int) given.getAsLong()) : OptionalInt.empty();
    }

    /// Whether the name is that of the built-in runtime.
    public static boolean isAutoResolve(String name) {
        return name.equalsIgnoreCase(AUTO_RESOLVE);
    }
}
