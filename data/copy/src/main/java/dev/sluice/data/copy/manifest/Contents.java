package dev.sluice.data.copy.manifest;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Settings;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What one side of a copy held: its columns, and its data in chunks.
///
/// @param binary whether the files were not parsed: there are no columns then
/// @param hashed whether the columns of the chunks were summed up; otherwise only rows and bytes are known
/// @param schema empty for files that were not parsed
/// @param chunks ordered by place and first row; those of a table are in no order that a reader of it would see
public record Contents(boolean binary, boolean hashed, Schema schema, List<Chunk> chunks) {
    private static final Pattern TYPE = Pattern.compile("([A-Z0-9]+)(?:\\((\\d+)(?:,(\\d+))?\\))?");

    public Contents {
        chunks = List.copyOf(chunks);
    }

    public long rows() {
        return chunks.stream().mapToLong(Chunk::rows).sum();
    }

    public long bytes() {
        return chunks.stream().mapToLong(c -> Math.max(0, c.bytes())).sum();
    }

    public long rowHash() {
        return chunks.stream().mapToLong(Chunk::rowHash).sum();
    }

    /// The places that the chunks lie in.
    public Set<String> places() {
        Set<String> places = new LinkedHashSet<>();
        chunks.forEach(c -> places.add(c.place()));
        return places;
    }

    /// The sums of all chunks together, by column.
    public List<ColumnSum> totals() {
        int width = binary ? 1 : schema.size();
        List<ColumnSum> totals = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            ColumnSum sum = ColumnSum.NOTHING;
            for (Chunk chunk : chunks) {
                sum = i < chunk.columns().size() ? sum.plus(chunk.columns().get(i)) : sum;
            }
            totals.add(sum);
        }
        return totals;
    }

    /// A hash of names and types of the columns, in 32 hexadecimal digits.
    public String schemaHash() {
        StringBuilder text = new StringBuilder();
        schema.fields()
                .forEach(
                        f -> text.append(f.name()).append('\0').append(f.type()).append('\0'));
        FileHash hash = new FileHash();
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        hash.update(bytes, 0, bytes.length);
        return hash.end();
    }

    /// As maps, lists, texts and numbers.
    ///
    /// @param values whether the least and greatest values of the columns are told: they are data
    /// @param mostChunks with more than that many the chunks are left out, and the totals stand alone
    Map<String, Object> toMap(boolean values, int mostChunks) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("rows", rows());
        map.put("bytes", bytes());
        if (!binary) {
            map.put("schemaHash", schemaHash());
        }
        if (hashed) {
            map.put("rowHash", ColumnSum.hex(0, rowHash()).substring(16));
            map.put("columns", columns());
        }
        map.put("chunkCount", (long) chunks.size());
        if (chunks.size() <= mostChunks) {
            map.put("chunks", chunks.stream().map(c -> chunk(c, values)).toList());
        }
        return map;
    }

    private List<Object> columns() {
        List<Object> columns = new ArrayList<>();
        List<ColumnSum> totals = totals();
        for (int i = 0; i < totals.size(); i++) {
            Map<String, Object> column = new LinkedHashMap<>();
            if (!binary) {
                column.put("name", schema.field(i).name());
                column.put("type", schema.field(i).type().toString());
            }
            column.put("sum", totals.get(i).text());
            columns.add(column);
        }
        return columns;
    }

    private Map<String, Object> chunk(Chunk chunk, boolean values) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("place", chunk.place());
        if (!binary) {
            map.put("firstRow", chunk.firstRow());
            map.put("rows", chunk.rows());
        }
        if (chunk.bytes() >= 0) {
            map.put("bytes", chunk.bytes());
        }
        if (hashed) {
            map.put("rowHash", ColumnSum.hex(0, chunk.rowHash()).substring(16));
            map.put("sums", chunk.columns().stream().map(ColumnSum::text).toList());
            if (values && !binary) {
                map.put("least", shown(chunk, true));
                map.put("greatest", shown(chunk, false));
            }
        }
        return map;
    }

    private static List<Object> shown(Chunk chunk, boolean least) {
        List<Object> shown = new ArrayList<>();
        for (ColumnSum sum : chunk.columns()) {
            String value = least ? sum.least() : sum.greatest();
            shown.add(value == null ? "" : value);
        }
        return shown;
    }

    /// Reads what [#toMap] wrote with its columns. Where the chunks were left out, there is one of everything.
    static Contents of(Settings map, boolean binary) {
        List<Field> fields = new ArrayList<>();
        List<ColumnSum> totals = new ArrayList<>();
        for (Object entry : map.list("columns")) {
            Settings column = section(map, entry);
            if (!binary) {
                fields.add(new Field(column.requiredText("name"), type(column)));
            }
            totals.add(sum(column.requiredText("sum"), column, "sum"));
        }
        List<Chunk> chunks = new ArrayList<>();
        for (Object entry : map.list("chunks")) {
            Settings chunk = section(map, entry);
            List<ColumnSum> sums = new ArrayList<>();
            chunk.list("sums").forEach(text -> sums.add(sum(String.valueOf(text), chunk, "sums")));
            if (sums.size() != totals.size()) {
                throw chunk.wrong("sums", sums.size() + " sums", "one for each of " + totals.size() + " columns");
            }
            chunks.add(new Chunk(
                    chunk.text("place").orElse(""),
                    count(chunk, "firstRow", 1),
                    count(chunk, "rows", 0),
                    count(chunk, "bytes", -1),
                    rowHash(chunk),
                    sums));
        }
        if (chunks.isEmpty()) {
            chunks.add(new Chunk("", 1, count(map, "rows", 0), count(map, "bytes", -1), rowHash(map), totals));
        }
        return new Contents(binary, true, new Schema(fields), chunks);
    }

    private static Settings section(Settings parent, Object entry) {
        if (!(entry instanceof Map<?, ?> members)) {
            throw parent.wrong("columns", null, "an array of objects");
        }
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        members.forEach((name, value) -> named.put(String.valueOf(name), value));
        return new Settings(parent.pointer(), named);
    }

    private static long count(Settings from, String member, long otherwise) {
        return from.number(member, -1, Long.MAX_VALUE).orElse(otherwise);
    }

    private static long rowHash(Settings from) {
        String text = from.value("rowHash")
                .map(v -> v instanceof BigDecimal d ? d.toPlainString() : v.toString())
                .orElse("0");
        try {
            return Long.parseUnsignedLong(text, 16);
        } catch (NumberFormatException e) {
            throw from.wrong("rowHash", text, "16 hexadecimal digits");
        }
    }

    private static ColumnSum sum(String text, Settings from, String member) {
        try {
            return ColumnSum.of(text);
        } catch (IllegalArgumentException e) {
            throw from.wrong(member, text, "hash/nulls/empties");
        }
    }

    private static DataType type(Settings column) {
        String text = column.requiredText("type");
        Matcher m = TYPE.matcher(text);
        try {
            if (m.matches()) {
                DataType.Kind kind = DataType.Kind.valueOf(m.group(1));
                int first = m.group(2) == null ? 0 : Integer.parseInt(m.group(2));
                return m.group(3) == null
                        ? new DataType(kind, 0, first)
                        : new DataType(kind, first, Integer.parseInt(m.group(3)));
            }
        } catch (IllegalArgumentException e) {
            throw column.wrong("type", text, "a type as a manifest names it");
        }
        throw column.wrong("type", text, "a type as a manifest names it");
    }
}
