package dev.sluice.formats.text.xml;

import dev.sluice.data.packing.TextEncoding;
import dev.sluice.data.packing.UnpackedFile;
import dev.sluice.data.trees.Documents;
import dev.sluice.data.trees.Json;
import dev.sluice.diagnosis.DataFaults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// The elements of a file as JSON documents. Without a collection the file is one document. With one it is
/// several, each with some of the collection's elements and nothing else; what stands around the collection
/// is the same for all of them and is given, when asked for, as a document that never ends to come.
final class XmlFile implements Documents {
    private static final int BUNDLE = 1_000;
    private static final long BUNDLE_CHARACTERS = 1 << 20;

    private final UnpackedFile file;
    private final Optional<TextEncoding> encoding;
    private final XmlElements.Naming naming;
    private final List<String> collection;
    private final boolean around;
    private @Nullable XMLStreamReader reader;
    private @Nullable XmlElements elements;
    private byte @Nullable [] skeleton;
    private final List<String> open = new ArrayList<>();

    XmlFile(
            UnpackedFile file,
            Optional<TextEncoding> encoding,
            XmlElements.Naming naming,
            List<String> collection,
            boolean around) {
        this.file = file;
        this.encoding = encoding;
        this.naming = naming;
        this.collection = collection;
        this.around = around;
    }

    @Override
    public @Nullable JsonParser next() throws IOException {
        try {
            byte[] text = around ? surroundings() : document();
            return text == null ? null : Json.parser(new ByteArrayInputStream(text));
        } catch (XMLStreamException e) {
            throw named(e);
        }
    }

    private byte @Nullable [] document() throws IOException, XMLStreamException {
        while (true) {
            XMLStreamReader in = reader;
            XmlElements all = elements;
            if (in == null || all == null) {
                if (!file.next()) {
                    return null;
                }
                begin();
                continue;
            }
            byte[] text = collection.isEmpty() ? whole(in, all, List.of()) : bundle(in, all);
            if (text != null) {
                return text;
            }
            reader = null;
        }
    }

    private void begin() throws IOException, XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        XMLStreamReader in = encoding.isPresent()
                ? factory.createXMLStreamReader(
                        new java.io.InputStreamReader(file.text(encoding.get().charset()), StandardCharsets.UTF_8))
                : factory.createXMLStreamReader(file.content());
        reader = in;
        elements = new XmlElements(in, naming, file.path());
        open.clear();
    }

    /// @return null at the end
    private static byte @Nullable [] whole(XMLStreamReader in, XmlElements all, List<String> without)
            throws XMLStreamException {
        while (in.hasNext()) {
            if (in.next() == XMLStreamConstants.START_ELEMENT) {
                String root = all.name();
                boolean on = !without.isEmpty() && without.getFirst().equals(root);
                Map<String, Object> document = new LinkedHashMap<>();
                Object element = all.element(1, on ? without.subList(1, without.size()) : List.of());
                document.put(root, element == null ? XmlElements.NULL : element);
                return text(document);
            }
        }
        return null;
    }

    /// The next elements of the collection, within objects that lead to them.
    private byte @Nullable [] bundle(XMLStreamReader in, XmlElements all) throws XMLStreamException {
        List<Object> found = new ArrayList<>();
        all.release();
        while (found.size() < BUNDLE && all.held() < BUNDLE_CHARACTERS && in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    open.add(all.name());
                    if (open.equals(collection)) {
                        Object element = all.element(open.size(), List.of());
                        found.add(element == null ? XmlElements.NULL : element);
                        open.removeLast();
                    } else if (open.size() > XmlElements.DEEPEST) {
                        all.element(open.size(), List.of());
                    }
                }
                case XMLStreamConstants.END_ELEMENT -> open.removeLast();
                default -> {}
            }
        }
        if (found.isEmpty()) {
            return null;
        }
        Object tree = found;
        for (String name : collection.reversed()) {
            tree = new LinkedHashMap<>(Map.of(name, tree));
        }
        return text(tree);
    }

    private byte @Nullable [] surroundings() throws IOException, XMLStreamException {
        byte[] known = skeleton;
        if (known == null && file.next()) {
            begin();
            XMLStreamReader in = reader;
            XmlElements all = elements;
            known = in == null || all == null ? null : whole(in, all, collection);
            skeleton = known;
            if (known != null && file.next()) {
                throw DataFaults.FEATURE_UNSUPPORTED
                        .problem()
                        .at(file.path())
                        .evidence("path", file.path())
                        .evidence("format", "Xml")
                        .evidence(
                                "detail", "paths with $ beside a collectionReference, in an archive of several files.")
                        .exception();
            }
        }
        return known;
    }

    private static byte[] text(Object tree) {
        StringBuilder out = new StringBuilder();
        write(tree, out);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void write(Object tree, StringBuilder out) {
        switch (tree) {
            case Map<?, ?> map -> {
                char before = '{';
                for (Map.Entry<?, ?> e : map.entrySet()) {
                    out.append(before);
                    before = ',';
                    Json.quote(String.valueOf(e.getKey()), out);
                    out.append(':');
                    write(e.getValue(), out);
                }
                out.append(map.isEmpty() ? "{}" : "}");
            }
            case List<?> list -> {
                char before = '[';
                for (Object o : list) {
                    out.append(before);
                    before = ',';
                    write(o, out);
                }
                out.append(list.isEmpty() ? "[]" : "]");
            }
            case XmlElements.Literal literal -> out.append(literal.text());
            default -> Json.quote(tree.toString(), out);
        }
    }

    private RuntimeException named(XMLStreamException e) throws IOException {
        for (Throwable t = e; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof dev.sluice.diagnosis.ProblemException known) {
                return known;
            }
        }
        if (file.storeFailed()) {
            throw e.getNestedException() instanceof IOException io ? io : new IOException(e);
        }
        Location at = e.getLocation();
        boolean located = at != null && at.getLineNumber() > 0;
        String message = String.valueOf(e.getMessage());
        int detail = message.indexOf("Message: ");
        return DataFaults.MALFORMED_FILE
                .problem()
                .at(located ? file.path() + ":" + at.getLineNumber() + ":" + at.getColumnNumber() : file.path())
                .evidence("path", file.path())
                .evidence("format", "Xml")
                .evidence("detail", detail < 0 ? message : message.substring(detail + 9))
                .evidence("line", located ? at.getLineNumber() : null)
                .from(e)
                .exception();
    }

    @Override
    public String place() {
        return file.path();
    }

    @Override
    public String format() {
        return "Xml";
    }

    @Override
    public long bytesRead() {
        return file.bytesRead();
    }

    @Override
    public boolean failed() {
        return file.storeFailed();
    }

    @Override
    public void close() {
        file.close();
    }
}
