package dev.sluice.ssis.packages;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A checkpoint file, in SSIS's form: `DTS:Checkpoint` with the package's id, the variables of each container and the
/// result of each container that has ended.
///
/// @param packageId GUID in braces
/// @param succeeded ids of executables that have succeeded
/// @param variables id of the container to qualified name to value
public record CheckpointFile(String packageId, Set<String> succeeded, Map<String, Map<String, String>> variables) {
    public static final CheckpointFile EMPTY = new CheckpointFile("", Set.of(), Map.of());
    private static final String DTS = "www.microsoft.com/SqlServer/Dts";

    /// @param file name for messages
    public static CheckpointFile read(byte[] bytes, String file) {
        Element root = XmlReader.read(bytes, file, Limits.DEFAULT);
        Set<String> succeeded = new LinkedHashSet<>();
        for (Element container : root.children("Container")) {
            if (container.attribute("Result", "1").equals("0")) {
                succeeded.add(container.attribute("ContID", ""));
            }
        }
        Map<String, Map<String, String>> variables = new LinkedHashMap<>();
        for (Element of : root.children("Variables")) {
            Map<String, String> values = new LinkedHashMap<>();
            for (Element variable : of.children("Variable")) {
                PropertyBag p = PropertyBag.of(variable);
                variable.child("VariableValue")
                        .ifPresent(v ->
                                values.put(p.text("Namespace", "User") + "::" + p.text("ObjectName", ""), v.text()));
            }
            variables.put(of.attribute("ContID", ""), values);
        }
        return new CheckpointFile(root.attribute("PackageID", ""), succeeded, variables);
    }

    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out, "UTF-8");
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("DTS", "Checkpoint", DTS);
            xml.writeNamespace("DTS", DTS);
            xml.writeAttribute("DTS", DTS, "PackageID", packageId);
            for (Map.Entry<String, Map<String, String>> of : variables.entrySet()) {
                variables(xml, of.getKey(), of.getValue());
            }
            for (String id : succeeded) {
                xml.writeEmptyElement("DTS", "Container", DTS);
                xml.writeAttribute("DTS", DTS, "ContID", id);
                xml.writeAttribute("DTS", DTS, "Result", "0");
                xml.writeAttribute("DTS", DTS, "PrecedenceMap", "");
            }
            xml.writeEndElement();
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(new String(out.toByteArray(), StandardCharsets.UTF_8), e);
        }
        return out.toByteArray();
    }

    private static void variables(XMLStreamWriter xml, String container, Map<String, String> values)
            throws XMLStreamException {
        xml.writeStartElement("DTS", "Variables", DTS);
        xml.writeAttribute("DTS", DTS, "ContID", container);
        for (Map.Entry<String, String> value : values.entrySet()) {
            int colons = value.getKey().indexOf("::");
            xml.writeStartElement("DTS", "Variable", DTS);
            property(xml, "Namespace", value.getKey().substring(0, colons));
            property(xml, "ObjectName", value.getKey().substring(colons + 2));
            xml.writeStartElement("DTS", "VariableValue", DTS);
            xml.writeCharacters(value.getValue());
            xml.writeEndElement();
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void property(XMLStreamWriter xml, String name, String value) throws XMLStreamException {
        xml.writeStartElement("DTS", "Property", DTS);
        xml.writeAttribute("DTS", DTS, "Name", name);
        xml.writeCharacters(value);
        xml.writeEndElement();
    }
}
