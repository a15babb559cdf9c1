package dev.sluice.expression;

import java.util.Map;
import javax.xml.parsers.DocumentBuilder;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// XML as JSON and back, by the convention of the Json.NET library: attributes are `@name`, text beside
/// attributes or elements is `#text`, repeated elements are an array, an empty element is null.
final class XmlJson {
    private XmlJson() {}

    static JsonNode toJson(Document document) {
        Element root = document.getDocumentElement();
        return JsonNodeFactory.instance.objectNode().set(root.getNodeName(), value(root));
    }

    private static JsonNode value(Element element) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            object.put("@" + attribute.getName(), attribute.getValue());
        }
        StringBuilder text = new StringBuilder();
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            switch (child.getNodeType()) {
                case Node.ELEMENT_NODE -> add(object, child.getNodeName(), value((Element) child));
                case Node.TEXT_NODE, Node.CDATA_SECTION_NODE -> text.append(child.getNodeValue());
                default -> {} // Comments and processing instructions have no place in JSON.
            }
        }
        if (object.isEmpty()) {
            return text.isEmpty() ? NullNode.getInstance() : StringNode.valueOf(text.toString());
        }
        if (!text.toString().isBlank()) {
            object.put("#text", text.toString());
        }
        return object;
    }

    private static void add(ObjectNode object, String name, JsonNode value) {
        JsonNode before = object.get(name);
        if (before == null) {
            object.set(name, value);
        } else if (before instanceof ArrayNode array) {
            array.add(value);
        } else {
            object.set(name, JsonNodeFactory.instance.arrayNode().add(before).add(value));
        }
    }

    /// @throws IllegalArgumentException when the object does not have exactly one member
    static Document toXml(JsonNode object, DocumentBuilder builder, Limits limits) {
        if (object.size() != 1) {
            throw new IllegalArgumentException("one root element is needed");
        }
        Document document = builder.newDocument();
        Map.Entry<String, JsonNode> root = object.properties().iterator().next();
        Element element = document.createElement(root.getKey());
        document.appendChild(element);
        fill(document, element, root.getValue(), limits, 1);
        return document;
    }

    private static void fill(Document document, Element element, JsonNode value, Limits limits, int depth) {
        if (depth > limits.depth()) {
            throw new Bounds.Exceeded("The nesting of the value", depth, limits.depth());
        }
        if (!value.isObject()) {
            if (!value.isNull()) {
                element.appendChild(document.createTextNode(Coercion.display(value, limits)));
            }
            return;
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            if (member.getKey().startsWith("@")) {
                element.setAttribute(member.getKey().substring(1), Coercion.display(member.getValue(), limits));
            } else if (member.getKey().equals("#text")) {
                element.appendChild(document.createTextNode(Coercion.display(member.getValue(), limits)));
            } else {
                children(document, element, member, limits, depth);
            }
        }
    }

    private static void children(
            Document document, Element element, Map.Entry<String, JsonNode> member, Limits limits, int depth) {
        Iterable<JsonNode> values =
                member.getValue().isArray() ? member.getValue() : java.util.List.of(member.getValue());
        for (JsonNode each : values) {
            Element child = document.createElement(member.getKey());
            element.appendChild(child);
            fill(document, child, each, limits, depth + 1);
        }
    }
}
