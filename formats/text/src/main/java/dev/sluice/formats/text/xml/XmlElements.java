package dev.sluice.formats.text.xml;

import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DocumentFaults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Elements as plain trees: maps, lists, texts, and [Literal] for what is no text in JSON.
final class XmlElements {
    static final int DEEPEST = 200;

    /// Characters that are held at once, of texts and names.
    static final long MOST = 32L << 20;

    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?");

    private final XMLStreamReader in;
    private final Naming naming;
    private final String path;
    private long held;

    /// A number or Boolean as JSON has it.
    record Literal(String text) {}

    /// What elements are called and what their texts are.
    ///
    /// @param declared whether namespaces count; otherwise their declarations are attributes
    /// @param prefixes by namespace
    record Naming(boolean declared, Map<String, String> prefixes, boolean detect, String nullValue) {
        static Naming of(Settings dataset, Settings read) {
            Map<String, String> prefixes = new LinkedHashMap<>();
            Settings given = read.section("namespacePrefixes");
            for (String uri : given.names()) {
                given.text(uri).ifPresent(p -> prefixes.put(uri, p));
            }
            return new Naming(
                    read.flag("namespaces", true),
                    prefixes,
                    read.flag("detectDataType", true),
                    dataset.text("nullValue").orElse(""));
        }

        String name(@Nullable String uri, @Nullable String prefix, String local, String mark) {
            String own = declared && uri != null ? prefixes.get(uri) : null;
            String shown = own != null ? own : prefix == null ? "" : prefix;
            return shown.isEmpty() ? mark + local : shown + ":" + mark + local;
        }

        @Nullable
        Object value(String text) {
            if (text.equals(nullValue) || text.isEmpty()) {
                return null;
            }
            boolean literal = detect
                    && (text.equals("true")
                            || text.equals("false")
                            || NUMBER.matcher(text).matches());
            return literal ? new Literal(text) : text;
        }
    }

    XmlElements(XMLStreamReader in, Naming naming, String path) {
        this.in = in;
        this.naming = naming;
        this.path = path;
    }

    String name() {
        return naming.name(in.getNamespaceURI(), in.getPrefix(), in.getLocalName(), "");
    }

    /// Forgets what has been held.
    void release() {
        held = 0;
    }

    long held() {
        return held;
    }

    /// The element at the reader, which is then at its end.
    ///
    /// @param without path below this element that is left out; empty: nothing is
    @Nullable
    Object element(int depth, List<String> without) throws XMLStreamException {
        if (depth > DEEPEST) {
            throw limit("the nesting of " + path, depth, DEEPEST);
        }
        Map<String, Object> members = attributes();
        StringBuilder text = new StringBuilder();
        while (true) {
            int event = in.next();
            switch (event) {
                case XMLStreamConstants.START_ELEMENT -> {
                    String child = name();
                    boolean on = !without.isEmpty() && without.getFirst().equals(child);
                    if (on && without.size() == 1) {
                        skip();
                    } else {
                        add(members, child, element(depth + 1, on ? without.subList(1, without.size()) : List.of()));
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    text.append(in.getText());
                    hold(in.getTextLength());
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    return whole(members, text.toString().strip());
                }
                default -> {}
            }
        }
    }

    private @Nullable Object whole(Map<String, Object> members, String text) {
        Object value = naming.value(text);
        if (members.isEmpty()) {
            return value;
        }
        if (value != null) {
            members.put("_value_", value);
        }
        return members;
    }

    private Map<String, Object> attributes() {
        Map<String, Object> members = new LinkedHashMap<>();
        if (!naming.declared()) {
            for (int i = 0; i < in.getNamespaceCount(); i++) {
                String prefix = in.getNamespacePrefix(i);
                members.put(prefix == null ? "@xmlns" : "@xmlns:" + prefix, String.valueOf(in.getNamespaceURI(i)));
            }
        }
        for (int i = 0; i < in.getAttributeCount(); i++) {
            String name = naming.name(
                    in.getAttributeNamespace(i), in.getAttributePrefix(i), in.getAttributeLocalName(i), "@");
            hold(name.length() + in.getAttributeValue(i).length());
            Object value = naming.value(in.getAttributeValue(i));
            members.put(name, value == null ? NULL : value);
        }
        return members;
    }

    /// An attribute or child that is there and null.
    static final Literal NULL = new Literal("null");

    @SuppressWarnings("unchecked")
    private void add(Map<String, Object> members, String name, @Nullable Object given) {
        hold(name.length());
        Object value = given == null ? NULL : given;
        Object before = members.putIfAbsent(name, value);
        if (before instanceof List<?> list) {
            ((List<Object>) list).add(value);
        } else if (before != null) {
            members.put(name, new ArrayList<>(List.of(before, value)));
        }
    }

    private void skip() throws XMLStreamException {
        for (int depth = 1; depth > 0; ) {
            int event = in.next();
            depth += event == XMLStreamConstants.START_ELEMENT ? 1 : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
        }
    }

    private void hold(int characters) {
        held += characters + 8L;
        if (held > MOST) {
            throw limit("what must be held of " + path + " (a collectionReference makes it less)", held, MOST);
        }
    }

    private static RuntimeException limit(String what, long value, long most) {
        return DocumentFaults.LIMIT_EXCEEDED
                .problem()
                .evidence("what", what)
                .evidence("value", value)
                .evidence("limit", most)
                .exception();
    }
}
