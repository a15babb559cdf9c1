package dev.sluice.ssis.packages;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Untrusted XML to [Element]s: no document type, no entities but the five of XML, limits on everything. Prefixes are
/// cut off instead of resolved, since decrypted fragments come without their declarations.
final class XmlReader {
    private static final int MAX_ATTRIBUTES = 1_000;
    private static final int MAX_DETAIL = 300;

    private final String file;
    private final Limits limits;
    private int elements;

    private XmlReader(String file, Limits limits) {
        this.file = file;
        this.limits = limits;
    }

    /// @param file name for messages
    static Element read(byte[] bytes, String file, Limits limits) {
        if (bytes.length > limits.bytes()) {
            throw SsisFaults.LIMIT_EXCEEDED.with(
                    "file", file, "what", "size in bytes", "value", bytes.length, "limit", limits.bytes());
        }
        XmlReader reader = new XmlReader(file, limits);
        try {
            return reader.parse(factory().createXMLStreamReader(new ByteArrayInputStream(bytes)));
        } catch (XMLStreamException e) {
            throw reader.malformed(e.getMessage(), e.getLocation(), e);
        }
    }

    /// A fragment that was decrypted out of a file.
    static Element read(String fragment, String file, Limits limits) {
        XmlReader reader = new XmlReader(file, limits);
        try {
            return reader.parse(factory().createXMLStreamReader(new StringReader(fragment)));
        } catch (XMLStreamException e) {
            throw reader.malformed(e.getMessage(), e.getLocation(), e);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty("jdk.xml.elementAttributeLimit", MAX_ATTRIBUTES);
        // Depth is counted here, so that it is said as a limit.
        factory.setProperty("jdk.xml.maxElementDepth", 0);
        return factory;
    }

    /// An element whose end has not come yet.
    private static final class Open {
        private final String name;
        private final Map<String, String> attributes;
        private final List<Element> children = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private final int line;
        private final int column;

        Open(String name, Map<String, String> attributes, Location at) {
            this.name = name;
            this.attributes = attributes;
            this.line = at.getLineNumber();
            this.column = at.getColumnNumber();
        }

        Element end() {
            return new Element(name, attributes, children, text.toString(), line, column);
        }
    }

    private Element parse(XMLStreamReader xml) throws XMLStreamException {
        Deque<Open> open = new ArrayDeque<>();
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    count(open.size() + 1);
                    open.push(new Open(local(xml.getLocalName()), attributes(xml), xml.getLocation()));
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (!open.isEmpty()) {
                        open.getFirst().text.append(xml.getText());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    Element done = open.pop().end();
                    if (open.isEmpty()) {
                        return done;
                    }
                    open.getFirst().children.add(done);
                }
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw malformed("document types and entities are not allowed", xml.getLocation(), null);
                default -> {
                    // Comments and processing instructions say nothing.
                }
            }
        }
        throw malformed("there is no element", xml.getLocation(), null);
    }

    private void count(int depth) {
        elements++;
        if (elements > limits.elements()) {
            throw exceeded("number of elements", elements, limits.elements());
        }
        if (depth > limits.depth()) {
            throw exceeded("depth of elements", depth, limits.depth());
        }
    }

    private ProblemException exceeded(String what, long value, long limit) {
        return SsisFaults.LIMIT_EXCEEDED.with("file", file, "what", what, "value", value, "limit", limit);
    }

    private static Map<String, String> attributes(XMLStreamReader xml) {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            String name = xml.getAttributeLocalName(i);
            if (!name.equals("xmlns") && !"xmlns".equals(xml.getAttributePrefix(i)) && !name.startsWith("xmlns:")) {
                attributes.putIfAbsent(local(name), xml.getAttributeValue(i));
            }
        }
        return attributes;
    }

    private static String local(String name) {
        return name.substring(name.indexOf(':') + 1);
    }

    private ProblemException malformed(@Nullable String detail, Location at, @Nullable Throwable cause) {
        String first = String.valueOf(detail).replaceFirst("(?s)^.*\\nMessage: ", "");
        var problem = SsisFaults.XML_MALFORMED
                .problem()
                .at(file + ":" + at.getLineNumber() + ":" + at.getColumnNumber())
                .evidence("file", file)
                .evidence("detail", first.length() > MAX_DETAIL ? first.substring(0, MAX_DETAIL) + "…" : first)
                .evidence("ssisCode", "0xC0011007");
        return cause == null ? problem.exception() : problem.from(cause).exception();
    }
}
