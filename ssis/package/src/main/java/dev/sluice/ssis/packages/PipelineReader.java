package dev.sluice.ssis.packages;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The `pipeline` element of a Data Flow task. Both encodings have the same tree; ids are paths in the one and numbers
/// in the other, and are kept as they are.
final class PipelineReader {
    private static final Set<String> PARTS = Set.of("components", "paths");
    private static final Set<String> COMPONENT_PARTS = Set.of("properties", "connections", "inputs", "outputs");

    private PipelineReader() {}

    static Pipeline read(Element pipeline) {
        return new Pipeline(
                new PropertyBag(pipeline.attributes()),
                pipeline.things("component", "components").stream()
                        .map(PipelineReader::component)
                        .toList(),
                pipeline.things("path", "paths").stream()
                        .map(PipelineReader::path)
                        .toList(),
                pipeline.children().stream()
                        .filter(e -> !PARTS.contains(e.name()))
                        .toList());
    }

    private static Pipeline.FlowPath path(Element e) {
        return new Pipeline.FlowPath(
                id(e), e.attribute("name", ""), e.attribute("startId", ""), e.attribute("endId", ""));
    }

    private static String id(Element e) {
        return e.attribute("refId").or(() -> e.attribute("id")).orElse("");
    }

    private static Component component(Element e) {
        Map<String, Component.Property> properties = properties(e);
        String classId = e.attribute("componentClassID", "");
        String userType = properties.containsKey("UserComponentTypeName")
                ? properties.get("UserComponentTypeName").text()
                : "";
        String contact = e.attribute("contactInfo", "");
        return new Component(
                id(e),
                e.attribute("name", ""),
                classId,
                userType,
                contact,
                ComponentKind.of(classId, userType, contact),
                new PropertyBag(e.attributes()).without("refId", "id", "name", "componentClassID", "contactInfo"),
                properties,
                e.things("connection", "connections").stream()
                        .map(PipelineReader::connection)
                        .toList(),
                e.things("input", "inputs").stream().map(PipelineReader::input).toList(),
                e.things("output", "outputs").stream()
                        .map(PipelineReader::output)
                        .toList(),
                e.children().stream()
                        .filter(c -> !COMPONENT_PARTS.contains(c.name()))
                        .toList());
    }

    private static Component.Connection connection(Element e) {
        return new Component.Connection(
                e.attribute("name", ""),
                e.attribute("connectionManagerID")
                        .or(() -> e.attribute("runtimeConnectionId"))
                        .orElse(""),
                e.attribute("connectionManagerRefId", ""));
    }

    private static Map<String, Component.Property> properties(Element owner) {
        Map<String, Component.Property> properties = new LinkedHashMap<>();
        for (Element e : owner.things("property", "properties")) {
            properties.put(e.attribute("name", ""), property(e));
        }
        return properties;
    }

    private static Component.Property property(Element e) {
        boolean escaped = e.attribute("state", "").equals("escaped");
        List<String> items = e.children("arrayElements").stream()
                .flatMap(a -> a.children("arrayElement").stream())
                .map(Element::text)
                .toList();
        String text = escaped ? Escapes.resolve(e.text()) : e.text();
        return new Component.Property(
                e.attribute("name", ""), e.attribute("dataType", ""), items.isEmpty() ? text : "", items);
    }

    private static Component.Input input(Element e) {
        return new Component.Input(
                id(e),
                e.attribute("name", ""),
                disposition(e, "errorRowDisposition"),
                disposition(e, "truncationRowDisposition"),
                new PropertyBag(e.attributes()).without("refId", "id", "name"),
                properties(e),
                e.things("inputColumn", "inputColumns").stream()
                        .map(PipelineReader::inputColumn)
                        .toList(),
                external(e));
    }

    private static Component.InputColumn inputColumn(Element e) {
        return new Component.InputColumn(
                id(e),
                e.attribute("lineageId", ""),
                e.attribute("cachedName").or(() -> e.attribute("name")).orElse(""),
                type(e, "cachedDataType", "cachedLength", "cachedPrecision", "cachedScale", "cachedCodepage"),
                e.attribute("usageType", "").equalsIgnoreCase("readWrite"),
                e.attribute("externalMetadataColumnId", ""),
                disposition(e, "errorRowDisposition"),
                disposition(e, "truncationRowDisposition"),
                new PropertyBag(e.attributes()).without("refId", "id", "lineageId", "cachedName"),
                properties(e));
    }

    private static Component.Output output(Element e) {
        PropertyBag bag = new PropertyBag(e.attributes());
        String synchronous = e.attribute("synchronousInputId", "");
        return new Component.Output(
                id(e),
                e.attribute("name", ""),
                // The old encoding writes 0 for none.
                synchronous.equals("0") ? "" : synchronous,
                bag.number("exclusionGroup", 0),
                bag.flag("isErrorOut", false),
                bag.flag("isSorted", false),
                disposition(e, "errorRowDisposition"),
                disposition(e, "truncationRowDisposition"),
                bag.without("refId", "id", "name"),
                properties(e),
                e.things("outputColumn", "outputColumns").stream()
                        .map(PipelineReader::outputColumn)
                        .toList(),
                external(e));
    }

    private static Component.OutputColumn outputColumn(Element e) {
        PropertyBag bag = new PropertyBag(e.attributes());
        return new Component.OutputColumn(
                id(e),
                e.attribute("lineageId", ""),
                e.attribute("name", ""),
                type(e, "dataType", "length", "precision", "scale", "codePage"),
                bag.number("sortKeyPosition", 0),
                bag.number("comparisonFlags", 0),
                bag.number("specialFlags", 0),
                e.attribute("externalMetadataColumnId", ""),
                disposition(e, "errorRowDisposition"),
                disposition(e, "truncationRowDisposition"),
                bag.without("refId", "id", "name", "lineageId"),
                properties(e));
    }

    private static List<Component.ExternalColumn> external(Element owner) {
        return owner.things("externalMetadataColumn", "externalMetadataColumns").stream()
                .map(e -> new Component.ExternalColumn(
                        id(e),
                        e.attribute("name", ""),
                        type(e, "dataType", "length", "precision", "scale", "codePage")))
                .toList();
    }

    private static Component.Disposition disposition(Element e, String attribute) {
        return Component.Disposition.of(e.attribute(attribute, ""));
    }

    private static Component.ColumnType type(
            Element e, String name, String length, String precision, String scale, String codePage) {
        PropertyBag bag = new PropertyBag(e.attributes());
        return new Component.ColumnType(
                e.attribute(name, "").toLowerCase(Locale.ROOT),
                bag.number(length, 0),
                bag.number(precision, 0),
                bag.number(scale, 0),
                bag.number(codePage, 0));
    }
}
