package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.xpath.XPathEvaluationResult;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import javax.xml.xpath.XPathNodes;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.StringNode;

/// XML. An XML value is a binary value of type `application/xml;charset=utf-8`. Documents with a DOCTYPE are
/// refused, so that nothing outside them is read.
final class XmlFunctions {
    static final List<NamedFunction> TABLE = List.of(
            function("xml", 1, a -> value(a, a.get(0).isObject() ? built(a) : parsed(a))),
            function("xpath", 2, XmlFunctions::xpath));

    static final int MAX_PATH = 4_096;

    private XmlFunctions() {}

    /// `json(xml)`: elements as members, attributes as `@name`, text beside them as `#text`, repeated elements
    /// as arrays.
    static JsonNode toJson(Arguments a) {
        return XmlJson.toJson(parsed(a));
    }

    private static Document built(Arguments a) {
        try {
            // A binary value holds XML text already; any other object is turned into elements.
            return a.get(0).has("$content") ? parsed(a) : XmlJson.toXml(a.get(0), builder(), a.limits());
        } catch (org.w3c.dom.DOMException | IllegalArgumentException e) {
            throw new Refusal(0, "expects an object with one member, whose names can be names of XML elements.");
        }
    }

    private static Document parsed(Arguments a) {
        byte[] text = ConversionFunctions.bytes(a);
        Bounds.length(text.length, a.limits());
        try {
            return builder().parse(new ByteArrayInputStream(text));
        } catch (SAXException | IOException e) {
            // The parser's message may quote the document.
            throw new Refusal(0, "expects its first parameter to be well-formed XML without a DOCTYPE.");
        }
    }

    private static DocumentBuilder builder() {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            factory.setAttribute("jdk.xml.maxElementDepth", String.valueOf(Limits.DEFAULT.depth()));
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            // The default handler prints to the console.
            builder.setErrorHandler(new org.xml.sax.helpers.DefaultHandler());
            return builder;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this JVM has no secure XML parser", e);
        }
    }

    private static JsonNode xpath(Arguments a) {
        String path = a.text(1);
        if (path.length() > MAX_PATH) {
            throw new Refusal(1, "expects a path of at most " + MAX_PATH + " characters.");
        }
        Document document = parsed(a);
        try {
            XPathEvaluationResult<?> result =
                    XPathFactory.newDefaultInstance().newXPath().evaluateExpression(path, document);
            return switch (result.value()) {
                case XPathNodes nodes -> nodes(a, nodes);
                case Boolean truth -> BooleanNode.valueOf(truth);
                case Number number -> number(number.doubleValue());
                case Object other -> StringNode.valueOf(other.toString());
            };
        } catch (XPathExpressionException e) {
            throw new Refusal(1, "expects its second parameter to be an XPath expression, which it is not.");
        }
    }

    private static JsonNode number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? MathFunctions.integer((long) value)
                : DoubleNode.valueOf(value);
    }

    /// Elements as XML values, attributes and text as text.
    private static ArrayNode nodes(Arguments a, XPathNodes nodes) {
        ArrayNode array = a.newArray();
        for (Node node : nodes) {
            Bounds.elements(array.size() + 1L, a.limits());
            if (node.getNodeType() == Node.ELEMENT_NODE || node.getNodeType() == Node.DOCUMENT_NODE) {
                array.add(value(a, node));
            } else {
                array.add(String.valueOf(node.getNodeValue()));
            }
        }
        return array;
    }

    private static JsonNode value(Arguments a, Node node) {
        StringWriter out = new StringWriter();
        try {
            TransformerFactory factory = TransformerFactory.newDefaultInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Transformer transformer = factory.newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            transformer.transform(new DOMSource(node), new StreamResult(out));
        } catch (TransformerException e) {
            throw new Refusal(0, "cannot write the XML as text.");
        }
        Bounds.length(out.getBuffer().length(), a.limits());
        return ConversionFunctions.binary(
                "application/xml;charset=utf-8", out.toString().getBytes(StandardCharsets.UTF_8));
    }
}
