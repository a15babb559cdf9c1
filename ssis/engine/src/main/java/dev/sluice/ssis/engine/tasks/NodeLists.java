package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.Enumerator;
import dev.sluice.ssis.packages.Executable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// Foreach Nodelist enumerator: the nodes of a document that an XPath selects, as text (NodeText), as XML (Node,
/// Navigator), or as a list of inner nodes (ElementCollection).
final class NodeLists {
    private static final long MOST_BYTES = 64L << 20;

    private final PackageConnections connections;
    private final PathMap paths;
    private final Executable loop;
    private final Scope scope;
    private final Map<String, String> settings = new LinkedHashMap<>();

    NodeLists(PackageConnections connections, PathMap paths, Executable loop, Scope scope) {
        this.connections = connections;
        this.paths = paths;
        this.loop = loop;
        this.scope = scope;
    }

    List<List<@Nullable Object>> values(Enumerator e) {
        e.payload()
                .all()
                .filter(x -> x.name().equalsIgnoreCase("FEENODELIST"))
                .map(Element::attributes)
                .forEach(settings::putAll);
        e.expressions().forEach((name, expression) -> {
            Object value = scope.evaluate(expression);
            settings.put(name, value == null ? "" : value.toString());
        });
        try {
            Document document = XmlText.parse(text("SourceType", "SourceDocument"));
            return rows(document);
        } catch (SAXException | XPathException | TransformerException | IOException | ParserConfigurationException x) {
            throw invalid(x.getMessage() == null ? x.toString() : x.getMessage());
        }
    }

    private ProblemException invalid(String detail) {
        return SsisFaults.LOOP_INVALID.with("loop", loop.name(), "detail", detail);
    }

    private String setting(String name) {
        return settings.getOrDefault(name, "");
    }

    private String text(String type, String name) throws IOException {
        String given = setting(name);
        return switch (setting(type).strip().toLowerCase(Locale.ROOT)) {
            case "variable", "1" -> String.valueOf(scope.require(given).value());
            case "directinput", "2" -> given;
            default ->
                file(paths.local(connections.text(
                        connections.require(given, loop.refId(), "loop '" + loop.name() + "'"), scope)));
        };
    }

    private String file(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw invalid("the file '" + file + "' does not exist");
        }
        if (Files.size(file) > MOST_BYTES) {
            throw invalid("the file '" + file + "' is larger than " + MOST_BYTES + " bytes");
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private List<List<@Nullable Object>> rows(Document document)
            throws XPathException, TransformerException, IOException {
        String namespaces = setting("Namespaces");
        NodeList outer = (NodeList) XmlText.xpath(namespaces, text("OuterXPathSourceType", "OuterXPathString"))
                .evaluate(document, XPathConstants.NODESET);
        String kind = setting("EnumerationType").strip().toLowerCase(Locale.ROOT);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = 0; i < outer.getLength(); i++) {
            Node node = outer.item(i);
            if (kind.equals("elementcollection") || kind.equals("3")) {
                rows.add(inner(namespaces, node));
            } else {
                rows.add(Collections.singletonList(value(node, kind)));
            }
        }
        return rows;
    }

    private List<@Nullable Object> inner(String namespaces, Node node)
            throws XPathException, TransformerException, IOException {
        NodeList found = (NodeList) XmlText.xpath(namespaces, text("InnerXPathSourceType", "InnerXPathString"))
                .evaluate(node, XPathConstants.NODESET);
        String kind = setting("InnerElementType").strip().toLowerCase(Locale.ROOT);
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            row.add(value(found.item(i), kind));
        }
        return row;
    }

    private static Object value(Node node, String kind) throws TransformerException {
        return kind.equals("nodetext") || kind.equals("2") ? node.getTextContent() : XmlText.text(node);
    }
}
