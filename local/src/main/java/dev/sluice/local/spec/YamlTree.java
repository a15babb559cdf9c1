package dev.sluice.local.spec;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A YAML document as JSON, with the lines it came from. YAML 1.2 with the types of JSON: `yes` and `2026-01-31` are
/// texts.
final class YamlTree {
    private static final int MAX_TEXT = 4 * 1024 * 1024;
    private static final int MAX_NODES = 200_000;
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setAllowDuplicateKeys(false)
            .setMaxAliasesForCollections(50)
            .setCodePointLimit(MAX_TEXT)
            .build();

    private final String file;
    private final JsonNode json;
    private final Map<String, Extent> extents = new HashMap<>();
    private int nodes;

    /// Where a member stands.
    ///
    /// @param line of its key, or of the element, from 0
    /// @param column of its key, from 0
    /// @param end the line after its value
    record Extent(int line, int column, int end) {}

    private YamlTree(String file, String text) {
        this.file = file;
        this.json = read(text);
    }

    /// @throws ProblemException when it is no YAML of this kind, located by file, line and column
    static YamlTree parse(String file, String text) {
        return new YamlTree(file, text);
    }

    JsonNode json() {
        return json;
    }

    /// Where the value with that JSON pointer stands.
    Extent extent(String pointer) {
        String at = pointer;
        while (!extents.containsKey(at) && !at.isEmpty()) {
            at = at.substring(0, at.lastIndexOf('/'));
        }
        return extents.getOrDefault(at, new Extent(0, 0, 0));
    }

    /// `file:line` of a value.
    String place(String pointer) {
        return file + ":" + (extent(pointer).line() + 1);
    }

    private JsonNode read(String text) {
        try {
            Optional<Node> root = new Compose(SETTINGS).composeString(text);
            return root.isEmpty() ? Json.object() : value(root.get(), "", 0);
        } catch (MarkedYamlEngineException e) {
            String place = e.getProblemMark()
                    .map(m -> file + ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1))
                    .orElse(file);
            throw malformed(place, e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw malformed(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static ProblemException malformed(String place, String detail, Exception origin) {
        return dev.sluice.diagnosis.FolderFaults.YAML_MALFORMED
                .problem()
                .at(place)
                .evidence("detail", detail)
                .from(origin)
                .exception();
    }

    private JsonNode value(Node node, String pointer, int depth) {
        if (++nodes > MAX_NODES || depth > 100) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(file)
                    .evidence("what", "The size or nesting of the file")
                    .evidence("value", "larger")
                    .evidence("limit", MAX_NODES + " values, 100 levels")
                    .exception();
        }
        if (node instanceof MappingNode mapping) {
            ObjectNode object = Json.object();
            for (NodeTuple member : mapping.getValue()) {
                String name = member.getKeyNode() instanceof ScalarNode key ? key.getValue() : "";
                String inner = pointer + "/" + name.replace("~", "~0").replace("/", "~1");
                extents.put(inner, extent(member.getKeyNode(), member.getValueNode()));
                object.set(name, value(member.getValueNode(), inner, depth + 1));
            }
            return object;
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = Json.array();
            for (int i = 0; i < sequence.getValue().size(); i++) {
                Node element = sequence.getValue().get(i);
                extents.put(pointer + "/" + i, extent(element, element));
                array.add(value(element, pointer + "/" + i, depth + 1));
            }
            return array;
        }
        return scalar((ScalarNode) node, pointer);
    }

    private static Extent extent(Node key, Node value) {
        int line = key.getStartMark().map(m -> m.getLine()).orElse(0);
        int column = key.getStartMark().map(m -> m.getColumn()).orElse(0);
        return new Extent(line, column, end(value, line + 1));
    }

    /// The line after the last thing in a value: a block ends where the next token begins, comments between included.
    private static int end(Node value, int otherwise) {
        if (value instanceof MappingNode mapping
                && mapping.getFlowStyle() == FlowStyle.BLOCK
                && !mapping.getValue().isEmpty()) {
            return end(mapping.getValue().getLast().getValueNode(), otherwise);
        }
        if (value instanceof SequenceNode sequence
                && sequence.getFlowStyle() == FlowStyle.BLOCK
                && !sequence.getValue().isEmpty()) {
            return end(sequence.getValue().getLast(), otherwise);
        }
        return value.getEndMark()
                .map(m -> m.getColumn() == 0 ? m.getLine() : m.getLine() + 1)
                .orElse(otherwise);
    }

    private JsonNode scalar(ScalarNode node, String pointer) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.NULL)) {
            return Json.nothing();
        }
        if (tag.equals(Tag.BOOL) || tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            try {
                return Json.parse(text.startsWith("+") ? text.substring(1) : text.toLowerCase(java.util.Locale.ROOT));
            } catch (ProblemException notJson) {
                throw malformed(place(pointer), "'" + text + "' is not a number that JSON knows; quote it", notJson);
            }
        }
        return Json.text(text);
    }
}
