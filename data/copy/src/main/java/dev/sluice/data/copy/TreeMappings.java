package dev.sluice.data.copy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.diagnosis.DataFaults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the translator says about rows that are trees, told to the side or sides whose rows are. From trees to trees
/// without a mapping whole rows are copied: the mapping is then `$` to `$`.
final class TreeMappings {
    private TreeMappings() {}

    static CopySpec told(CopySpec spec, Connectors connectors) {
        boolean from = connectors.isTrees(spec.source());
        boolean to = connectors.isTrees(spec.sink());
        boolean structures = !from && connectors.hasStructures(spec.source());
        if (!from && !to && !structures) {
            return spec;
        }
        Settings translator = from && to && isDefault(spec.translator()) ? whole(spec) : spec.translator();
        Endpoint source = from || structures
                ? spec.source().withTrees(read(side(translator, "source", from && to), spec))
                : spec.source();
        Endpoint sink = to ? spec.sink().withTrees(side(translator, "sink", from)) : spec.sink();
        return spec.with(source, sink, translator);
    }

    /// Columns that the activity adds are not in the trees, unless they are copies of what is.
    private static TreeMapping read(TreeMapping mapping, CopySpec spec) {
        if (mapping.columns().isEmpty()) {
            return mapping;
        }
        List<TreeMapping.Column> columns = new ArrayList<>(mapping.columns());
        for (Object entry : spec.source().activity().list("additionalColumns")) {
            Settings added =
                    SourceColumns.section(entry, spec.source().activity().pointer() + "/additionalColumns");
            String name = added.requiredText("name");
            columns.removeIf(c -> !c.path() && c.name().equals(name));
            SourceColumns.original(added)
                    .ifPresent(o -> columns.add(new TreeMapping.Column(o, false, Optional.empty())));
        }
        return new TreeMapping(mapping.collection(), columns, mapping.complexAsText(), mapping.documents());
    }

    private static boolean isDefault(Settings translator) {
        return translator.list("mappings").isEmpty()
                && translator.value("columnMappings").isEmpty()
                && translator.value("schemaMapping").isEmpty();
    }

    /// The given translator with whole rows, and the additional columns as members of them.
    private static Settings whole(CopySpec spec) {
        if (PartitionFolders.of(spec.source()).on()) {
            throw DataFaults.MAPPING_INVALID
                    .problem()
                    .at(spec.source().storeSettings().pointer() + "/enablePartitionDiscovery")
                    .evidence(
                            "detail", "folders become columns from trees to trees only with a mapping that names them.")
                    .exception();
        }
        List<Object> mappings = new ArrayList<>();
        mappings.add(Map.of("source", Map.of("path", "$"), "sink", Map.of("path", "$")));
        for (Object entry : spec.source().activity().list("additionalColumns")) {
            String name = SourceColumns.section(entry, spec.source().activity().pointer() + "/additionalColumns")
                    .requiredText("name");
            mappings.add(Map.of("source", Map.of("name", name), "sink", Map.of("name", name)));
        }
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name : spec.translator().names()) {
            spec.translator().value(name).ifPresent(v -> members.put(name, v));
        }
        boolean crossApplied = spec.translator().has("collectionReference");
        if (crossApplied) {
            // Relative to the element: the empty path is the element itself.
            mappings.set(0, Map.of("source", Map.of("path", ""), "sink", Map.of("path", "$")));
        }
        members.put("mappings", mappings);
        return new Settings(spec.translator().pointer(), members);
    }

    private static TreeMapping side(Settings translator, String side, boolean documents) {
        List<TreeMapping.Column> columns = new ArrayList<>();
        List<?> mappings = translator.list("mappings");
        for (int i = 0; i < mappings.size(); i++) {
            Settings mapping = SourceColumns.section(mappings.get(i), translator.pointer() + "/mappings/" + i);
            column(mapping.section(side)).ifPresent(columns::add);
        }
        if (columns.isEmpty()) {
            old(translator, side).forEach(columns::add);
        }
        return new TreeMapping(
                translator.text("collectionReference").orElse(""),
                columns,
                translator.flag("mapComplexValuesToString", false),
                documents);
    }

    private static Optional<TreeMapping.Column> column(Settings at) {
        Optional<DataType> type = at.text("type").flatMap(name -> InterimTypes.of(name, DataType.STRING));
        Optional<String> path = at.text("path");
        if (path.isPresent()) {
            return path.map(p -> new TreeMapping.Column(p, true, type));
        }
        return at.text("name").map(n -> new TreeMapping.Column(n, false, type));
    }

    /// The old forms: `columnMappings` and `schemaMapping`, of column names or, with `$`, of paths.
    private static List<TreeMapping.Column> old(Settings translator, String side) {
        Object old = translator
                .value("columnMappings")
                .or(() -> translator.value("schemaMapping"))
                .orElse("");
        List<TreeMapping.Column> columns = new ArrayList<>();
        if (old instanceof Map<?, ?> map) {
            map.forEach((from, to) -> columns.add(oldColumn(String.valueOf(side.equals("source") ? from : to))));
        } else {
            for (String pair : old.toString().split(",", -1)) {
                int colon = pair.indexOf(':');
                if (colon > 0) {
                    columns.add(oldColumn(
                            (side.equals("source") ? pair.substring(0, colon) : pair.substring(colon + 1)).strip()));
                }
            }
        }
        return columns;
    }

    private static TreeMapping.Column oldColumn(String name) {
        return new TreeMapping.Column(name, name.startsWith("$") || name.startsWith("["), Optional.empty());
    }
}
