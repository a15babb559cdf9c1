package dev.sluice.ssis.packages;

import java.util.Map;
import java.util.Optional;

/// How to reach something: a database, a file, a mail server.
///
/// @param refId `Package.ConnectionManagers[name]`; empty in the old encoding
/// @param id GUID in braces
/// @param creationName what kind it is, as the file says: `OLEDB`, `FLATFILE`, `ADO.NET:…`
/// @param project whether it belongs to the project and not to one package
/// @param properties of the manager itself (DelayValidation …)
/// @param expressions property name to expression
/// @param payload what `ObjectData` holds; an element without content when there is none
public record ConnectionManager(
        String refId,
        String id,
        String name,
        String creationName,
        boolean project,
        PropertyBag properties,
        Map<String, String> expressions,
        Element payload) {
    public ConnectionManager {
        expressions = Map.copyOf(expressions);
    }

    public ConnectionKind kind() {
        return ConnectionKind.of(creationName);
    }

    /// The settings inside `ObjectData`.
    public PropertyBag settings() {
        return PropertyBag.of(payload);
    }

    public String connectionString() {
        return settings().text("ConnectionString", "");
    }

    /// A secret that stands in the payload in the clear, by the element's name (`Password`, `AccountKey`). Do not
    /// print it.
    public Optional<String> secret(String name) {
        return payload.all()
                .filter(e -> e.name().equals(name) || e.attribute("Name", "").equals(name))
                .filter(e -> e.attribute("Sensitive", "0").equals("1"))
                .filter(e -> !e.attributes().containsKey("Encrypted"))
                .map(Element::text)
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    /// Secrets may stand in the payload, so it is not printed.
    @Override
    public String toString() {
        return creationName + " '" + name + "'";
    }
}
