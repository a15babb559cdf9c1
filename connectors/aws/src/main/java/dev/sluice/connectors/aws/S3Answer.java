package dev.sluice.connectors.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// What the service has answered.
///
/// @param body of everything but an object's content
record S3Answer(int status, HttpHeaders headers, byte[] body) {
    boolean isGood() {
        return status >= 200 && status < 300;
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /// The texts of an element anywhere in the body.
    Optional<String> text(String element) {
        try {
            return rows(element).stream()
                    .map(row -> row.getOrDefault(element, ""))
                    .findFirst();
        } catch (IOException noXml) {
            return Optional.empty();
        }
    }

    /// The elements of one name, each with the texts of what stands directly in it (and its own text under its
    /// name).
    List<Map<String, String>> rows(String element) throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        if (body.length == 0) {
            return rows;
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(body), UTF_8.name());
            Deque<String> open = new ArrayDeque<>();
            Map<String, String> row = null;
            StringBuilder text = new StringBuilder();
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        if (row == null && xml.getLocalName().equals(element)) {
                            row = new HashMap<>();
                            open.clear();
                        }
                        open.push(xml.getLocalName());
                        text.setLength(0);
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
                    case XMLStreamConstants.END_ELEMENT -> {
                        open.poll();
                        if (row != null && open.size() <= 1) {
                            row.putIfAbsent(xml.getLocalName(), text.toString());
                        }
                        if (row != null && open.isEmpty()) {
                            rows.add(row);
                            row = null;
                        }
                        text.setLength(0);
                    }
                    default -> {}
                }
            }
            return rows;
        } catch (XMLStreamException e) {
            throw new IOException("the service's answer is no XML: " + e.getMessage(), e);
        }
    }
}
