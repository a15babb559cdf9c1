package dev.sluice.ssis.packages;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An XML element by local names: SSIS files spell the same thing with and without prefixes.
///
/// @param name local name
/// @param attributes by local name, in document order; namespace declarations are left out
/// @param children in document order
/// @param text all character data directly inside, line ends as the parser gives them
/// @param line where its start tag ends in the file, from 1; 0 when it did not come from a file
public record Element(
        String name, Map<String, String> attributes, List<Element> children, String text, int line, int column) {
    public Element {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        children = List.copyOf(children);
    }

    public Optional<String> attribute(String attributeName) {
        return Optional.ofNullable(attributes.get(attributeName));
    }

    public String attribute(String attributeName, String otherwise) {
        return attributes.getOrDefault(attributeName, otherwise);
    }

    /// The first child of that name.
    public Optional<Element> child(String childName) {
        return children.stream().filter(c -> c.name.equals(childName)).findFirst();
    }

    /// All children of that name.
    public List<Element> children(String childName) {
        return children.stream().filter(c -> c.name.equals(childName)).toList();
    }

    /// Things of a kind: direct children (old encoding), then those inside the element that collects them (new
    /// encoding).
    List<Element> things(String thing, String collection) {
        return Stream.concat(
                        children(thing).stream(),
                        children(collection).stream().flatMap(c -> c.children(thing).stream()))
                .toList();
    }

    /// This element and everything below it, in document order.
    public Stream<Element> all() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(Element::all));
    }

    /// The content of the first child of that name; null without one.
    @Nullable
    String childText(String childName) {
        return child(childName).map(Element::text).orElse(null);
    }
}
