package dev.sluice.ssis.packages;

import java.util.List;
import java.util.Map;

/// Connection managers of packages and projects.
final class ConnectionReader {
    private ConnectionReader() {}

    static ConnectionManager read(Element e, boolean project) {
        PropertyBag bag = PropertyBag.of(e);
        String name = bag.text("ObjectName", "");
        return new ConnectionManager(
                e.attribute("refId").orElse((project ? "Project" : "Package") + ".ConnectionManagers[" + name + "]"),
                bag.text("DTSID", ""),
                name,
                bag.text("CreationName", ""),
                project,
                bag.without("refId", "ObjectName", "DTSID", "CreationName"),
                ExecutableReader.expressions(e),
                e.child("ObjectData")
                        .flatMap(d -> d.children().stream().findFirst())
                        .orElseGet(() -> nothing("ConnectionManager")));
    }

    static Element nothing(String name) {
        return new Element(name, Map.of(), List.of(), "", 0, 0);
    }
}
