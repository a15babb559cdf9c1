package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.packages.PropertyBag;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.namespace.NamespaceContext;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpression;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/// Untrusted XML in and out of trees: no document types, nothing from elsewhere.
final class XmlText {
    private XmlText() {}

    static Document parse(String text) throws SAXException, IOException, ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setXIncludeAware(false);
        factory.setExpandEntityReferences(false);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setErrorHandler(new Throwing());
        return builder.parse(new InputSource(new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text)));
    }

    private static final class Throwing implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {
            // The document can be read.
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw located(e);
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw located(e);
        }

        private static SAXException located(SAXParseException e) {
            return new SAXException(
                    "line " + e.getLineNumber() + ", column " + e.getColumnNumber() + ": " + e.getMessage());
        }
    }

    static TransformerFactory transformers() throws TransformerException {
        TransformerFactory factory = TransformerFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_STYLESHEET, "");
        return factory;
    }

    static String text(Node node) throws TransformerException {
        Transformer transformer = transformers().newTransformer();
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        StringWriter out = new StringWriter();
        transformer.transform(new DOMSource(node), new StreamResult(out));
        return out.toString();
    }

    static XPathExpression xpath(PropertyBag p, String path) throws XPathExpressionException {
        return xpath(p.text("XPathNamespaces", ""), path);
    }

    /// @param namespaces `prefix=uri` pairs, separated by `;`
    static XPathExpression xpath(String namespaces, String path) throws XPathExpressionException {
        XPath xpath = XPathFactory.newDefaultInstance().newXPath();
        Map<String, String> known = new LinkedHashMap<>();
        for (String pair : namespaces.split(";")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                known.put(
                        pair.substring(0, equals).strip(),
                        pair.substring(equals + 1).strip());
            }
        }
        xpath.setNamespaceContext(new Prefixes(known));
        return xpath.compile(path);
    }

    private record Prefixes(Map<String, String> known) implements NamespaceContext {
        @Override
        public String getNamespaceURI(String prefix) {
            return known.getOrDefault(prefix, XMLConstants.NULL_NS_URI);
        }

        @Override
        public @Nullable String getPrefix(String uri) {
            return null;
        }

        @Override
        public Iterator<String> getPrefixes(String uri) {
            return List.<String>of().iterator();
        }
    }
}
