package dev.sluice.formats.excel;

import dev.sluice.data.spi.FilePlace;
import java.io.IOException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// The elements of a part, one after the other; names without prefix.
final class PartXml implements AutoCloseable {
    private static final int DEEPEST = 100;

    private final PartInput input;
    private final FilePlace file;
    private final String part;
    private final XMLStreamReader reader;
    private int depth;

    PartXml(PartInput input, FilePlace file, String part) throws IOException {
        this.input = input;
        this.file = file;
        this.part = part;
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        try {
            this.reader = factory.createXMLStreamReader(input);
        } catch (XMLStreamException e) {
            throw named(e);
        }
    }

    /// Goes on to the next start or end of an element, or text.
    ///
    /// @return a constant of [XMLStreamConstants]; END_DOCUMENT at the end
    int next() throws IOException {
        try {
            while (reader.hasNext()) {
                input.event();
                int event = reader.next();
                switch (event) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (++depth > DEEPEST) {
                            throw file.malformed(part, "elements are nested more than " + DEEPEST + " levels");
                        }
                        return event;
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        depth--;
                        return event;
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                        return XMLStreamConstants.CHARACTERS;
                    }
                    case XMLStreamConstants.DTD -> throw file.malformed(part, "it has a document type");
                    default -> {}
                }
            }
            return XMLStreamConstants.END_DOCUMENT;
        } catch (XMLStreamException e) {
            throw named(e);
        }
    }

    String name() {
        return reader.getLocalName();
    }

    @Nullable
    String attribute(String name) {
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            if (reader.getAttributeLocalName(i).equals(name)) {
                return reader.getAttributeValue(i);
            }
        }
        return null;
    }

    /// Adds the current text; more than a cell may have is refused.
    void text(StringBuilder into) {
        if (into.length() + reader.getTextLength() > 4 * Cells.LONGEST) {
            throw file.malformed(part, "a text has more than " + Cells.LONGEST + " characters");
        }
        into.append(reader.getTextCharacters(), reader.getTextStart(), reader.getTextLength());
    }

    private RuntimeException named(XMLStreamException e) throws IOException {
        for (Throwable t = e; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof dev.sluice.diagnosis.ProblemException known) {
                return known;
            }
        }
        if (e.getNestedException() instanceof IOException io) {
            throw io;
        }
        String message = String.valueOf(e.getMessage());
        int detail = message.indexOf("Message: ");
        int line = e.getLocation() == null ? -1 : e.getLocation().getLineNumber();
        return file.malformed(
                line < 0 ? part : part + ":" + line + ":" + e.getLocation().getColumnNumber(),
                detail < 0 ? message : message.substring(detail + 9));
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
