package dev.sluice.model;

/// An integration runtime, read-only.
///
/// @param name the document's name
/// @param selfHosted a group of the customer's nodes; otherwise `Managed`
/// @param linked whether it borrows the nodes of a runtime in another factory (`typeProperties.linkedInfo`)
/// @param document what it was read from
public record IntegrationRuntime(String name, boolean selfHosted, boolean linked, Document document) {
    /// The built-in runtime of every factory; it need not be created.
    public static final String AUTO_RESOLVE = "AutoResolveIntegrationRuntime";

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

    /// Resource id of the runtime whose nodes this one borrows; empty for one that is not linked, and for one linked by
    /// key, which Data Factory had before it had resource ids.
    public java.util.Optional<String> sharedId() {
        return document.typeProperties()
                .member("linkedInfo")
                .member("resourceId")
                .text();
    }

    /// Whether its nodes are there only on demand (`ssisProperties`): the Azure-SSIS runtime, which is started and
    /// stopped.
    public boolean ssis() {
        return !selfHosted && document.typeProperties().member("ssisProperties").present();
    }

    /// Whether the name is that of the built-in runtime.
    public static boolean isAutoResolve(String name) {
        return name.equalsIgnoreCase(AUTO_RESOLVE);
    }
}
