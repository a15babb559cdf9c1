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

    /// Whether the name is that of the built-in runtime.
    public static boolean isAutoResolve(String name) {
        return name.equalsIgnoreCase(AUTO_RESOLVE);
    }
}
