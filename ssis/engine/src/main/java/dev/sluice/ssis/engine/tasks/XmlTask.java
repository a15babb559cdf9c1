package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.packages.PropertyBag;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.ErrorListener;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/// XML Task: Validate (by an XML schema), XSLT, XPATH and Merge. Documents are untrusted: no document types, nothing
/// is fetched from elsewhere. Diff and Patch are in a form of Microsoft's own and are refused.
final class XmlTask implements TaskRunner {
    private static final int UTF_8 = 65_001;

    private final PackageConnections connections;
    private final PathMap paths;

    XmlTask(PackageConnections connections, PathMap paths) {
        this.connections = connections;
        this.paths = paths;
    }

    @Override
    public @Nullable Object run(TaskCall call) {
        PropertyBag p = Payload.of(call);
        String operation = p.text("OperationType", "Validate").strip().toLowerCase(Locale.ROOT);
        try {
            String source = operand(call, p, "Source", "SourceType");
            return switch (operation) {
                case "validate", "0" -> validated(call, p, source);
                case "xslt", "1" ->
                    saved(call, p, transformed(source, operand(call, p, "SecondOperand", "SecondOperandType")));
                case "xpath", "2" -> xpath(call, p, source);
                case "merge", "3" ->
                    saved(call, p, merged(source, operand(call, p, "SecondOperand", "SecondOperandType")));
                default ->
                    throw Payload.failed(
                            call,
                            "its operation '" + operation
                                    + "' writes or reads Microsoft's own form of differences; compare with XSLT or a"
                                    + " Script task");
            };
        } catch (SAXException | XPathException | TransformerException e) {
            String detail = e.getMessage();
            throw Payload.failed(call, operation + " failed: " + (detail == null ? e.toString() : detail));
        } catch (IOException | ParserConfigurationException e) {
            throw Payload.failed(call, operation + " failed (" + e + ")");
        }
    }

    private String operand(TaskCall call, PropertyBag p, String name, String type) {
        String text = p.text(name, "");
        return switch (p.text(type, "DirectInput").strip().toLowerCase(Locale.ROOT)) {
            case "fileconnection", "0" -> TextFile.read(call, paths.local(connections.text(call, text)), UTF_8);
            case "variable", "1" -> String.valueOf(call.scope().require(text).value());
            default -> text;
        };
    }

    private @Nullable Object validated(TaskCall call, PropertyBag p, String source) throws SAXException, IOException {
        if (p.text("ValidationType", "XSD").strip().toLowerCase(Locale.ROOT).matches("dtd|0")) {
            throw Payload.failed(call, "document types are not read; validate by an XML schema (XSD)");
        }
        SchemaFactory factory = SchemaFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        var schema = factory.newSchema(
                new StreamSource(new StringReader(operand(call, p, "SecondOperand", "SecondOperandType"))));
        var validator = schema.newValidator();
        validator.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        validator.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        validator.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        String wrong = "";
        try {
            XmlText.parse(source);
            validator.validate(new StreamSource(new StringReader(source)));
        } catch (SAXException | ParserConfigurationException e) {
            wrong = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        saved(call, p, wrong.isEmpty() ? "true" : "false");
        if (!wrong.isEmpty() && p.flag("FailOnValidationFail", true)) {
            throw Payload.failed(call, "the document is not valid: " + wrong);
        }
        return wrong.isEmpty();
    }

    private static String transformed(String source, String sheet)
            throws TransformerException, SAXException, IOException, ParserConfigurationException {
        TransformerFactory factory = XmlText.transformers();
        Transformer transformer = factory.newTransformer(new DOMSource(XmlText.parse(sheet)));
        transformer.setErrorListener(new Strict());
        StringWriter out = new StringWriter();
        Document document = XmlText.parse(source);
        try {
            transformer.transform(new DOMSource(document), new StreamResult(out));
        } catch (RuntimeException e) {
            // A sheet that is refused a document comes out of the processor so.
            throw new TransformerException(e);
        }
        return out.toString();
    }

    /// What a style sheet does wrong is an error, not a line on a console.
    private static final class Strict implements ErrorListener {
        @Override
        public void warning(TransformerException e) {
            // A sheet may go on after its own warnings.
        }

        @Override
        public void error(TransformerException e) throws TransformerException {
            throw e;
        }

        @Override
        public void fatalError(TransformerException e) throws TransformerException {
            throw e;
        }
    }

    private @Nullable Object xpath(TaskCall call, PropertyBag p, String source)
            throws XPathException, SAXException, IOException, ParserConfigurationException, TransformerException {
        String path = operand(call, p, "SecondOperand", "SecondOperandType");
        var compiled = XmlText.xpath(p, path);
        Document document = XmlText.parse(source);
        String result = switch (p.text("XPathOperation", "Evaluation").strip().toLowerCase(Locale.ROOT)) {
            case "values", "1" -> values((NodeList) compiled.evaluate(document, XPathConstants.NODESET));
            case "nodelist", "2" -> nodes((NodeList) compiled.evaluate(document, XPathConstants.NODESET));
            default -> compiled.evaluate(document);
        };
        return saved(call, p, result);
    }

    private static String values(NodeList nodes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < nodes.getLength(); i++) {
            text.append(nodes.item(i).getTextContent()).append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String nodes(NodeList nodes) throws TransformerException {
        StringBuilder text = new StringBuilder("<XPathResult>");
        for (int i = 0; i < nodes.getLength(); i++) {
            text.append(XmlText.text(nodes.item(i)));
        }
        return text.append("</XPathResult>").toString();
    }

    /// The root of the second document becomes the last child of the first one's.
    private static String merged(String first, String second)
            throws SAXException, IOException, ParserConfigurationException, TransformerException {
        Document into = XmlText.parse(first);
        Node root = into.importNode(XmlText.parse(second).getDocumentElement(), true);
        into.getDocumentElement().appendChild(root);
        return XmlText.text(into);
    }

    private @Nullable Object saved(TaskCall call, PropertyBag p, String result) throws IOException {
        if (!p.flag("SaveOperationResult", false)) {
            return result;
        }
        String destination = p.text("Destination", "");
        if (p.text("DestinationType", "FileConnection")
                .strip()
                .toLowerCase(Locale.ROOT)
                .matches("variable|1")) {
            call.scope().require(destination).set(result);
            return result;
        }
        Path file = paths.local(connections.text(call, destination));
        if (Files.exists(file) && !p.flag("OverwriteDestination", false)) {
            throw Payload.failed(call, "'" + file + "' exists already and may not be overwritten");
        }
        Files.writeString(file, result, StandardCharsets.UTF_8);
        return result;
    }
}
