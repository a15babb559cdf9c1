package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.trees.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a member of a row is, and at which levels of its leaves it is there. Lists and maps are told by their
/// annotations; the groups around their elements that say nothing are left out
/// (<https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#nested-types>).
sealed interface Node {
    String name();

    /// The definition level from which on it is there. Below that, it or something around it is null.
    int definition();

    /// Its first leaf among the file's columns.
    int first();

    /// Behind its last leaf.
    int end();

    Shape shape();

    /// A leaf.
    record Value(String name, int definition, int first, DataType type) implements Node {
        @Override
        public int end() {
            return first + 1;
        }

        @Override
        public Shape shape() {
            return new Shape.Leaf(type);
        }
    }

    /// Named members.
    record Struct(String name, int definition, int first, int end, List<Node> members) implements Node {
        public Struct {
            members = List.copyOf(members);
        }

        @Override
        public Shape.Struct shape() {
            Map<String, Shape> shapes = new LinkedHashMap<>();
            members.forEach(m -> shapes.put(m.name(), m.shape()));
            return new Shape.Struct(shapes);
        }
    }

    /// Any number of elements.
    ///
    /// @param filled definition level from which on there is an element
    /// @param repetition level of every element but the first
    record Many(String name, int definition, int first, int end, int filled, int repetition, Node element)
            implements Node {
        @Override
        public Shape shape() {
            return new Shape.Sequence(element.shape());
        }
    }

    /// Keys and values.
    ///
    /// @param filled definition level from which on there is an entry
    /// @param repetition level of every entry but the first
    /// @param value empty of a set, which has keys alone
    record Entries(
            String name,
            int definition,
            int first,
            int end,
            int filled,
            int repetition,
            Value key,
            Optional<Node> value)
            implements Node {
        @Override
        public Shape shape() {
            return new Shape.Dictionary(value.map(Node::shape).orElseGet(key::shape));
        }
    }
}
