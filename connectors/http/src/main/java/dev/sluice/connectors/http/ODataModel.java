package dev.sluice.connectors.http;

import dev.sluice.data.batch.DataType;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// What the `$metadata` of an OData service tells: its sets of entities, and the properties of their types (OData 4:
/// CSDL XML; OData 2 and 3: the older CSDL).
///
/// @param version of the envelope: `4.0`, `4.01`, or `1.0` for OData 2 and 3
/// @param sets names of the entity sets and singletons, with the qualified names of their types
/// @param types qualified names, with the types they describe
record ODataModel(String version, Map<String, String> sets, Map<String, Type> types) {
    private static final int MOST_DEPTH = 50;

    /// @param base qualified name of the type it extends; empty without one
    /// @param properties in order, with their types here; what is a structure or a list travels as JSON text
    record Type(String base, Map<String, DataType> properties) {}

    boolean isOlder() {
        return version.startsWith("1.");
    }

    /// The properties of the entities of a set, those that its type inherits first; empty when the service tells of no
    /// such set.
    Optional<Map<String, DataType>> properties(String set) {
        String type = sets.get(set);
        if (type == null) {
            return Optional.empty();
        }
        List<Type> line = new ArrayList<>();
        Type at = types.get(type);
        while (at != null && line.size() < MOST_DEPTH) {
            line.addFirst(at);
            at = types.get(at.base());
        }
        Map<String, DataType> all = new LinkedHashMap<>();
        line.forEach(t -> all.putAll(t.properties()));
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    /// @throws XMLStreamException when it is no XML; a document type is refused
    static ODataModel of(byte[] xml) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader in = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
        try {
            return new Walk().read(in);
        } finally {
            in.close();
        }
    }

    private static final class Walk {
        private final Map<String, String> sets = new LinkedHashMap<>();
        private final Map<String, Type> types = new HashMap<>();
        private final Map<String, String> aliases = new HashMap<>();
        private String version = "4.0";
        private String space = "";
        private Map<String, DataType> open = new LinkedHashMap<>();

        ODataModel read(XMLStreamReader in) throws XMLStreamException {
            while (in.hasNext()) {
                if (in.next() == XMLStreamConstants.START_ELEMENT) {
                    start(in);
                }
            }
            Map<String, String> resolved = new LinkedHashMap<>();
            sets.forEach((name, type) -> resolved.put(name, whole(type)));
            Map<String, Type> based = new HashMap<>();
            types.forEach((name, type) -> based.put(name, new Type(whole(type.base()), type.properties())));
            return new ODataModel(version, resolved, based);
        }

        private void start(XMLStreamReader in) {
            switch (in.getLocalName()) {
                case "Edmx" -> version = attribute(in, "Version", "4.0");
                case "Schema" -> {
                    space = attribute(in, "Namespace", "");
                    aliases.put(attribute(in, "Alias", space), space);
                }
                case "EntityType", "ComplexType" -> {
                    open = new LinkedHashMap<>();
                    types.put(space + "." + attribute(in, "Name", ""), new Type(attribute(in, "BaseType", ""), open));
                }
                case "Property" -> type(in).ifPresent(type -> open.put(attribute(in, "Name", ""), type));
                case "EntitySet" -> sets.put(attribute(in, "Name", ""), attribute(in, "EntityType", ""));
                case "Singleton" -> sets.put(attribute(in, "Name", ""), attribute(in, "Type", ""));
                default -> {
                    // Keys, navigation, annotations: not what is read.
                }
            }
        }

        private static String attribute(XMLStreamReader in, String name, String otherwise) {
            String value = in.getAttributeValue(null, name);
            return value == null ? otherwise : value;
        }

        /// A name that begins with the alias of a schema, by the schema's name.
        private String whole(String name) {
            int dot = name.lastIndexOf('.');
            String schema = dot < 0 ? null : aliases.get(name.substring(0, dot));
            return schema == null ? name : schema + name.substring(dot);
        }

        private Optional<DataType> type(XMLStreamReader in) {
            boolean older = version.startsWith("1.");
            return switch (attribute(in, "Type", "")) {
                case "Edm.Boolean" -> Optional.of(DataType.BOOLEAN);
                case "Edm.Byte" -> Optional.of(DataType.UINT8);
                case "Edm.SByte" -> Optional.of(DataType.INT8);
                case "Edm.Int16" -> Optional.of(DataType.INT16);
                case "Edm.Int32" -> Optional.of(DataType.INT32);
                case "Edm.Int64" -> Optional.of(DataType.INT64);
                case "Edm.Single" -> Optional.of(DataType.FLOAT32);
                case "Edm.Double" -> Optional.of(DataType.FLOAT64);
                case "Edm.Decimal" -> Optional.of(decimal(in));
                case "Edm.Guid" -> Optional.of(DataType.GUID);
                case "Edm.Date" -> Optional.of(DataType.DATE);
                case "Edm.DateTimeOffset" -> Optional.of(older ? DataType.STRING : DataType.instant(7));
                case "Edm.TimeOfDay" -> Optional.of(DataType.time(7));
                // Is no part of the answer, but a link.
                case "Edm.Stream" -> Optional.empty();
                // Text, what the service writes as text, enumerations; structures and lists as JSON.
                default -> Optional.of(DataType.STRING);
            };
        }

        private static DataType decimal(XMLStreamReader in) {
            String precision = attribute(in, "Precision", "");
            String scale = attribute(in, "Scale", "0");
            if (precision.matches("\\d{1,2}") && scale.matches("\\d{1,2}")) {
                int digits = Integer.parseInt(precision);
                int after = Integer.parseInt(scale);
                if (digits >= 1 && digits <= 38 && after <= digits) {
                    return DataType.decimal(digits, after);
                }
            }
            return DataType.decimal(38, 18);
        }
    }
}
