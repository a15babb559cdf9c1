package dev.sluice.data.trees;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.TreeMapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Lays rows as JSON objects into a buffer: members in the order of the columns, paths as objects within objects, nulls
/// as null. Numbers are numbers, what JSON has no number for (NaN) and every other type is a text: times in ISO 8601,
/// bytes in Base64.
public final class TreeFormatter implements AutoCloseable {
    private static final byte[] NULL = "null".getBytes(UTF_8);
    private static final byte[] HEX = "0123456789abcdef".getBytes(UTF_8);

    private final MemoryBudget memory;
    private final Node root;
    private byte[] out;
    private int at;
    private boolean closed;

    /// A place in the object that is written.
    private sealed interface Node {}

    private record Leaf(int column, boolean document) implements Node {}

    /// @param prefixes for each member `"name":`
    /// @param whole the column whose document is this object, -1 without; members are added to it
    private record Branch(List<byte[]> prefixes, List<Node> members, int whole) implements Node {}

    /// @param size bytes that the buffer starts with
    public TreeFormatter(Schema schema, TreeMapping mapping, int size, MemoryBudget memory) {
        this.root = new Plan(schema, mapping).root();
        this.memory = memory;
        memory.reserve(size);
        this.out = new byte[size];
    }

    /// Finds the place of each column.
    private static final class Plan {
        private final Schema schema;
        private final Map<String, Object> top = new LinkedHashMap<>();
        private int whole = -1;

        Plan(Schema schema, TreeMapping mapping) {
            this.schema = schema;
            for (int i = 0; i < schema.size(); i++) {
                String name = schema.field(i).name();
                boolean path = mapping.columns().stream()
                        .anyMatch(c -> c.path() && c.name().equals(name));
                put(path ? names(name) : List.of(name), i);
            }
        }

        private static List<String> names(String path) {
            List<String> names = new ArrayList<>();
            for (TreePath.Step step : Layout.parsed(path).steps()) {
                switch (step) {
                    case TreePath.Member m -> names.add(m.name());
                    case TreePath.Element e ->
                        throw Layout.invalid("the sink's path '" + path + "' names a position in an array.");
                }
            }
            return names;
        }

        @SuppressWarnings("unchecked")
        private void put(List<String> names, int column) {
            if (names.isEmpty()) {
                wholeRow(column);
                return;
            }
            Map<String, Object> at = top;
            for (String name : names.subList(0, names.size() - 1)) {
                Object next = at.computeIfAbsent(name, n -> new LinkedHashMap<String, Object>());
                if (!(next instanceof Map)) {
                    throw Layout.invalid("the sink's '" + name + "' would be a value and an object.");
                }
                at = (Map<String, Object>) next;
            }
            if (at.putIfAbsent(names.getLast(), column) != null) {
                throw Layout.invalid("the sink's '" + names.getLast() + "' would be written twice.");
            }
        }

        private void wholeRow(int column) {
            if (!schema.field(column).document()) {
                throw Layout.invalid("'$' as the sink's path needs an object, not a single value.");
            }
            whole = column;
        }

        Node root() {
            return branch(top, whole);
        }

        private Node branch(Map<?, ?> members, int document) {
            List<byte[]> prefixes = new ArrayList<>();
            List<Node> nodes = new ArrayList<>();
            members.forEach((name, member) -> {
                StringBuilder prefix = new StringBuilder();
                Json.quote(String.valueOf(name), prefix);
                prefixes.add(prefix.append(':').toString().getBytes(UTF_8));
                nodes.add(
                        member instanceof Integer column
                                ? new Leaf(column, schema.field(column).document())
                                : branch((Map<?, ?>) member, -1));
            });
            return new Branch(prefixes, nodes, document);
        }
    }

    public byte[] bytes() {
        return out;
    }

    public int length() {
        return at;
    }

    public void clear() {
        at = 0;
    }

    /// Appends bytes as they are.
    public void append(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, out, at, bytes.length);
        at += bytes.length;
    }

    /// Appends a row as an object.
    public void row(Batch batch, int row) {
        write(root, batch, row);
    }

    private void write(Node node, Batch batch, int row) {
        switch (node) {
            case Leaf leaf -> value(batch.vector(leaf.column()), row, leaf.document());
            case Branch branch -> branch(branch, batch, row);
        }
    }

    private void branch(Branch branch, Batch batch, int row) {
        boolean first = true;
        if (branch.whole() < 0 || batch.vector(branch.whole()).isNull(row)) {
            one('{');
        } else if (branch.members().isEmpty()) {
            value(batch.vector(branch.whole()), row, true);
            return;
        } else {
            value(batch.vector(branch.whole()), row, true);
            first = reopen();
        }
        for (int i = 0; i < branch.members().size(); i++) {
            if (!first) {
                one(',');
            }
            first = false;
            append(branch.prefixes().get(i));
            write(branch.members().get(i), batch, row);
        }
        one('}');
    }

    /// Takes the end of the object just written back, so that members can follow.
    ///
    /// @return whether it has none yet
    private boolean reopen() {
        if (out[at - 1] != '}') {
            throw Layout.invalid("columns cannot be added to a row that is an array.");
        }
        at--;
        return out[at - 1] == '{';
    }

    private void value(Vector v, int row, boolean document) {
        if (v.isNull(row)) {
            append(NULL);
            return;
        }
        DataType type = v.type();
        switch (type.kind()) {
            case STRING -> {
                BytesVector b = (BytesVector) v;
                int from = b.offsets()[row];
                int to = b.offsets()[row + 1];
                if (document) {
                    reserve(to - from);
                    System.arraycopy(b.data(), from, out, at, to - from);
                    at += to - from;
                } else {
                    quoted(b.data(), from, to);
                }
            }
            case BOOLEAN ->
                append((((dev.sluice.data.batch.IntVector) v).values()[row] != 0 ? "true" : "false").getBytes(UTF_8));
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, DECIMAL -> plain(v, row);
            case FLOAT32, FLOAT64 -> {
                if (Double.isFinite(((DoubleVector) v).values()[row])) {
                    plain(v, row);
                } else {
                    inQuotes(v, row);
                }
            }
            case DATE, TIMESTAMP, INSTANT -> moment(v, row);
            case TIME, DURATION, BINARY, GUID -> inQuotes(v, row);
        }
    }

    private void plain(Vector v, int row) {
        reserve(TextForm.length(v, row));
        at = TextForm.write(v, row, out, at);
    }

    private void inQuotes(Vector v, int row) {
        one('"');
        plain(v, row);
        one('"');
    }

    /// `2024-02-29T12:30:00.5`, with `+00:00` behind a point in time.
    private void moment(Vector v, int row) {
        one('"');
        int from = at;
        plain(v, row);
        int to = from;
        boolean dated = false;
        for (int i = from; i < at; i++) {
            if (out[i] != ' ') {
                out[to++] = out[i];
            } else if (!dated) {
                out[to++] = 'T';
                dated = true;
            }
        }
        at = to;
        if (v.type().kind() == DataType.Kind.DATE) {
            append("T00:00:00".getBytes(UTF_8));
        }
        one('"');
    }

    private void quoted(byte[] text, int from, int to) {
        if (2L + 6L * (to - from) > out.length - at) {
            reserve(length(text, from, to));
        }
        out[at++] = '"';
        for (int i = from; i < to; i++) {
            byte b = text[i];
            if (b >= ' ' && b != '"' && b != '\\' || b < 0) {
                out[at++] = b;
            } else {
                escape(b);
            }
        }
        out[at++] = '"';
    }

    /// Bytes that the text has as JSON.
    private static int length(byte[] text, int from, int to) {
        int n = 2;
        for (int i = from; i < to; i++) {
            byte b = text[i];
            n += b >= 0 && b < ' ' ? 6 : b == '"' || b == '\\' ? 2 : 1;
        }
        return n;
    }

    private void escape(byte b) {
        out[at++] = '\\';
        switch (b) {
            case '\n' -> out[at++] = 'n';
            case '\r' -> out[at++] = 'r';
            case '\t' -> out[at++] = 't';
            case '"', '\\' -> out[at++] = b;
            default -> {
                out[at++] = 'u';
                out[at++] = '0';
                out[at++] = '0';
                out[at++] = HEX[b >> 4];
                out[at++] = HEX[b & 15];
            }
        }
    }

    private void one(char c) {
        reserve(1);
        out[at++] = (byte) c;
    }

    private void reserve(int length) {
        if (length <= out.length - at) {
            return;
        }
        int size = (int) Math.min(Integer.MAX_VALUE - 16, Math.max((long) at + length, out.length * 2L));
        memory.reserve(size);
        byte[] old = out;
        out = Arrays.copyOf(old, size);
        memory.release(old.length);
    }

    /// Gives the buffer back.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            memory.release(out.length);
        }
    }
}
