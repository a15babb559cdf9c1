package dev.sluice.data.copy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.ColumnMapping.Pair;
import dev.sluice.data.copy.convert.ConversionSettings;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns the activity's `translator` into a [ColumnMapping]. Without one, columns are mapped by name,
/// case-sensitively; text without a header line is mapped by position.
final class MappingPlanner {
    private static final int MOST_DIGITS = 38;

    private final CopySpec spec;
    private final SourceColumns columns;
    private final Optional<Schema> sink;

    MappingPlanner(CopySpec spec, SourceColumns columns, Optional<Schema> sink) {
        this.spec = spec;
        this.columns = columns;
        this.sink = sink;
    }

    ColumnMapping plan() {
        Settings translator = spec.translator();
        String type = translator.text("type").orElse("TabularTranslator");
        if (!type.equalsIgnoreCase("TabularTranslator")) {
            throw invalid(translator.pointer() + "/type", "the type '" + type + "' is not known.");
        }
        List<Pair> pairs = explicit(translator);
        if (pairs.isEmpty()) {
            pairs = spec.byPosition() || isPositional(spec.source()) ? byPosition() : byName();
        }
        Set<String> seen = new HashSet<>();
        for (Pair p : pairs) {
            if (!seen.add(p.target().name())) {
                throw invalid(
                        translator.pointer(), "the sink column '" + p.target().name() + "' would be written twice.");
            }
        }
        return ColumnMapping.of(pairs, columns, ConversionSettings.of(translator));
    }

    /// Whether the columns of this dataset have made-up names: delimited text whose first row is no header.
    private static boolean isPositional(Endpoint e) {
        return e.datasetType().equalsIgnoreCase("DelimitedText") && !e.dataset().flag("firstRowAsHeader", false);
    }

    /// Whether a copy's columns are mapped by their place.
    static boolean isByPosition(CopySpec spec) {
        Settings translator = spec.translator();
        return isPositional(spec.source())
                && translator.list("mappings").isEmpty()
                && !translator.has("columnMappings")
                && !translator.has("schemaMapping");
    }

    private List<Pair> byName() {
        List<Pair> pairs = new ArrayList<>();
        Schema target = sink.orElse(null);
        for (int i = 0; i < columns.columns().size(); i++) {
            Field field = columns.columns().get(i).field();
            pairs.add(new Pair(i, target == null ? field : target.field(indexOf(target, field.name(), ""))));
        }
        return pairs;
    }

    private List<Pair> byPosition() {
        List<Pair> pairs = new ArrayList<>();
        Schema target = sink.orElse(null);
        int count = columns.columns().size();
        if (target != null && count > target.size()) {
            throw invalid(
                    spec.source().datasetName(),
                    "the source has " + count + " columns without names, the sink only " + target.size() + ".");
        }
        for (int i = 0; i < count; i++) {
            pairs.add(new Pair(i, target == null ? columns.columns().get(i).field() : target.field(i)));
        }
        return pairs;
    }

    private List<Pair> explicit(Settings translator) {
        List<?> mappings = translator.list("mappings");
        if (!mappings.isEmpty()) {
            return newForm(mappings, translator.pointer() + "/mappings");
        }
        Object old = translator
                .value("columnMappings")
                .or(() -> translator.value("schemaMapping"))
                .orElse(null);
        String pointer = translator.pointer() + "/columnMappings";
        return switch (old) {
            case null -> List.of();
            case Map<?, ?> m -> {
                List<Pair> pairs = new ArrayList<>();
                m.forEach((from, to) -> pairs.add(named(String.valueOf(from), String.valueOf(to), pointer)));
                yield pairs;
            }
            case String text -> oldText(text, pointer);
            default -> throw invalid(pointer, "columnMappings must be an object or a text 'a: b, c: d'.");
        };
    }

    private List<Pair> oldText(String text, String pointer) {
        List<Pair> pairs = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            if (colon < 0) {
                throw invalid(pointer, "'" + part.strip() + "' is not of the form 'source: sink'.");
            }
            pairs.add(named(
                    part.substring(0, colon).strip(), part.substring(colon + 1).strip(), pointer));
        }
        return pairs;
    }

    private Pair named(String from, String to, String pointer) {
        int index = columns.indexOf(from);
        if (index < 0) {
            throw missing(from, spec.source(), columns.names(), pointer);
        }
        Field field = columns.columns().get(index).field();
        Schema target = sink.orElse(null);
        return new Pair(index, target == null ? field.withName(to) : target.field(indexOf(target, to, pointer)));
    }

    private List<Pair> newForm(List<?> mappings, String pointer) {
        record Line(Pair pair, long ordinal) {}
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < mappings.size(); i++) {
            Settings mapping = SourceColumns.section(mappings.get(i), pointer + "/" + i);
            Settings from = mapping.section("source");
            Settings to = mapping.section("sink");
            int index = source(from);
            long ordinal = to.number("ordinal", 1, Integer.MAX_VALUE).orElse(0L);
            lines.add(new Line(new Pair(index, target(index, from, to, ordinal)), ordinal));
        }
        boolean ordered = lines.stream().allMatch(l -> l.ordinal > 0);
        if (ordered && sink.isEmpty()) {
            lines.sort(Comparator.comparingLong(Line::ordinal));
        }
        return lines.stream().map(Line::pair).toList();
    }

    private int source(Settings from) {
        Optional<Long> ordinal = from.number("ordinal", 1, Integer.MAX_VALUE);
        String path = from.text("path").orElse("");
        boolean inTree = from.has("path") && columns.indexOf(path) >= 0;
        String name = inTree
                ? path
                : from.text("name")
                        .or(() -> from.text("path").map(MappingPlanner::leaf))
                        .orElse(null);
        if (name != null && (columns.indexOf(name) >= 0 || ordinal.isEmpty())) {
            int index = columns.indexOf(name);
            if (index < 0) {
                throw missing(name, spec.source(), columns.names(), from.pointer());
            }
            return index;
        }
        if (ordinal.isEmpty()) {
            throw from.missing("name");
        }
        if (ordinal.get() > columns.columns().size()) {
            throw missing("#" + ordinal.get(), spec.source(), columns.names(), from.pointer());
        }
        return (int) (ordinal.get() - 1);
    }

    private Field target(int index, Settings from, Settings to, long ordinal) {
        Field field = columns.columns().get(index).field();
        boolean inTree = to.has("path") && !spec.sink().trees().equals(TreeMapping.NONE);
        String name = inTree
                ? to.text("path").orElse("")
                : to.text("name")
                        .or(() -> to.text("path").map(MappingPlanner::leaf))
                        .orElse(null);
        Schema target = sink.orElse(null);
        if (target == null && field.document()) {
            return field.withName(name == null ? field.name() : name);
        }
        if (target == null) {
            DataType type = declared(to, field.type())
                    .or(() -> field.type().kind() == DataType.Kind.STRING
                            ? declared(from, field.type())
                            : Optional.empty())
                    .orElse(field.type());
            return field.withName(name == null ? field.name() : name).withType(type);
        }
        if (name != null && (target.indexOf(name) >= 0 || ordinal == 0)) {
            return target.field(indexOf(target, name, to.pointer()));
        }
        if (ordinal == 0) {
            throw to.missing("name");
        }
        if (ordinal > target.size()) {
            throw missing("#" + ordinal, spec.sink(), target.names(), to.pointer());
        }
        return target.field((int) (ordinal - 1));
    }

    private static Optional<DataType> declared(Settings side, DataType actual) {
        Optional<DataType> type = side.text("type").flatMap(name -> InterimTypes.of(name, actual));
        if (type.isEmpty() || type.get().kind() != DataType.Kind.DECIMAL) {
            return type;
        }
        // As dataset schemas and the studio's mappings have it; without it a Decimal has the digits of its source.
        Optional<Long> precision = side.number("precision", 1, MOST_DIGITS);
        if (precision.isEmpty()) {
            return type;
        }
        int digits = precision.get().intValue();
        return Optional.of(DataType.decimal(
                digits, side.number("scale", 0, digits).orElse(0L).intValue()));
    }

    /// The column that a flat JSON path means: `$['a b']`, `$.a`, `['a']`, `a`.
    private static String leaf(String path) {
        String p = path.startsWith("$") ? path.substring(1) : path;
        if (p.startsWith("['") && p.endsWith("']")) {
            return p.substring(2, p.length() - 2);
        }
        return p.startsWith(".") ? p.substring(1) : p;
    }

    private int indexOf(Schema target, String name, String pointer) {
        int index = target.indexOf(name);
        if (index < 0) {
            throw missing(name, spec.sink(), target.names(), pointer);
        }
        return index;
    }

    private static ProblemException missing(
            String column, Endpoint endpoint, List<String> names, @Nullable String pointer) {
        return DataFaults.COLUMN_MISSING
                .problem()
                .at(pointer == null || pointer.isEmpty() ? endpoint.datasetName() : pointer)
                .evidence("column", column)
                .evidence("object", endpoint.datasetName())
                .evidence("columns", String.join(", ", names))
                .exception();
    }

    private static ProblemException invalid(String place, String detail) {
        return DataFaults.MAPPING_INVALID
                .problem()
                .at(place)
                .evidence("detail", detail)
                .exception();
    }
}
