package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.trees.Json;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// How rows become entities of Dataverse: which entity a row is, by its id or an alternate key, and what is written to
/// it, columns that are lookups as references. A row without an id gets one of its own, so that it can be sent again.
///
/// Sources: "Upsert a table row using the Web API", "Use an alternate key to reference a record", "Associate and
/// disassociate table rows using the Web API".
final class EntityForm {
    private static final String REFERENCE = "@EntityReference";
    private static final Set<String> LOOKUPS = Set.of("Lookup", "Customer", "Owner");

    private final Written written;
    private final String set;
    private final String id;
    private final List<Written.Column> columns;
    private final Map<String, Map<String, String>> relations = new HashMap<>();
    private final List<String> keys = new ArrayList<>();
    private final boolean ignoreNulls;
    private final Map<String, String> sets = new HashMap<>();
    private Schema incoming = new Schema(List.of());

    /// @param target the entity's address, relative to the service
    /// @param body its members as JSON
    record Entity(String target, String body, long row) {}

    EntityForm(Written written) throws IOException {
        this.written = written;
        Settings activity = written.endpoint().activity();
        written.endpoint().dataset().requiredText("entityName");
        this.ignoreNulls = activity.flag("ignoreNullValues", false);
        Object entity = written.asked("entity");
        this.set = String.valueOf(JsonTree.at(entity, "EntitySetName"));
        this.id = String.valueOf(JsonTree.at(entity, "PrimaryIdAttribute"));
        Set<String> days = new HashSet<>();
        for (Object each : list(written.asked("dates"))) {
            if ("DateOnly".equals(JsonTree.at(each, "DateTimeBehavior.Value"))) {
                days.add(String.valueOf(JsonTree.at(each, "LogicalName")));
            }
        }
        this.columns = written.columns().stream()
                .map(c -> days.contains(c.name()) ? new Written.Column(c.name(), c.theirType(), DataType.DATE) : c)
                .toList();
        for (Object each : list(written.asked("relations"))) {
            relations
                    .computeIfAbsent(
                            String.valueOf(JsonTree.at(each, "ReferencingAttribute")), a -> new LinkedHashMap<>())
                    .put(
                            String.valueOf(JsonTree.at(each, "ReferencedEntity")),
                            String.valueOf(JsonTree.at(each, "ReferencingEntityNavigationPropertyName")));
        }
        String key = activity.text("alternateKeyName").map(String::strip).orElse("");
        if (!key.isEmpty()) {
            keys.addAll(alternate(activity, key));
        }
    }

    private List<String> alternate(Settings activity, String name) throws IOException {
        List<String> known = new ArrayList<>();
        for (Object each : list(written.asked("keys"))) {
            String logical = String.valueOf(JsonTree.at(each, "LogicalName"));
            known.add(logical);
            boolean named = name.equalsIgnoreCase(logical)
                    || name.equalsIgnoreCase(String.valueOf(JsonTree.at(each, "SchemaName")));
            if (named && JsonTree.at(each, "KeyAttributes") instanceof List<?> attributes) {
                return attributes.stream().map(String::valueOf).toList();
            }
        }
        throw activity.wrong("alternateKeyName", name, "one of the entity's keys: " + String.join(", ", known));
    }

    private static List<?> list(Object answer) {
        return JsonTree.at(answer, "value") instanceof List<?> list ? list : List.of();
    }

    String set() {
        return set;
    }

    /// The entity's columns, and beside lookups of several kinds of entities who is meant.
    Schema schema() {
        List<Field> fields = new ArrayList<>(Written.schema(columns).fields());
        columns.stream()
                .filter(c -> isLookup(c) && targets(c.name()).size() > 1)
                .forEach(c -> fields.add(new Field(c.name() + REFERENCE, DataType.STRING)));
        return new Schema(fields);
    }

    private static boolean isLookup(Written.Column column) {
        return LOOKUPS.contains(column.theirType());
    }

    private boolean isLookup(String name) {
        return columns.stream().anyMatch(c -> c.name().equals(name) && isLookup(c));
    }

    private Map<String, String> targets(String lookup) {
        return relations.getOrDefault(lookup, Map.of());
    }

    /// Takes the columns that come, and asks what the sets of the entities are called that they refer to.
    void begin(Schema coming) throws IOException {
        incoming = coming;
        for (String key : keys) {
            if (coming.indexOf(key) < 0) {
                throw written.missing(key, "it belongs to the alternate key", coming);
            }
        }
        for (String name : coming.names()) {
            if (isLookup(name)) {
                if (targets(name).size() > 1 && coming.indexOf(name + REFERENCE) < 0) {
                    throw written.missing(
                            name + REFERENCE,
                            "'" + name + "' may refer to "
                                    + String.join(", ", targets(name).keySet()),
                            coming);
                }
                for (String target : targets(name).keySet()) {
                    if (!sets.containsKey(target)) {
                        written.members().put("target", target);
                        sets.put(target, String.valueOf(JsonTree.at(written.asked("target"), "EntitySetName")));
                    }
                }
            }
        }
    }

    Entity of(Batch batch, int row) {
        long ordinal = batch.firstRow() + row;
        StringBuilder body = new StringBuilder("{");
        for (int i = 0; i < incoming.size(); i++) {
            String name = incoming.field(i).name();
            Vector v = batch.vector(i);
            boolean addressed = keys.contains(name) || keys.isEmpty() && name.equals(id);
            if (addressed || name.endsWith(REFERENCE) || ignoreNulls && v.isNull(row)) {
                continue;
            }
            body.append(body.length() == 1 ? "" : ",");
            if (isLookup(name)) {
                reference(batch, row, name, v, body);
            } else {
                Json.quote(name, body);
                RowText.json(v, row, body.append(':'));
            }
        }
        String key = keys.isEmpty() ? id(batch, row) : key(batch, row);
        return new Entity(set + "(" + key + ")", body.append('}').toString(), ordinal);
    }

    private void reference(Batch batch, int row, String name, Vector v, StringBuilder body) {
        Map<String, String> targets = targets(name);
        String target = targets.isEmpty() ? "" : targets.keySet().iterator().next();
        int kind = incoming.indexOf(name + REFERENCE);
        if (kind >= 0 && !batch.vector(kind).isNull(row)) {
            target = RowText.plain(batch.vector(kind), row);
        }
        String navigation = targets.get(target);
        if (navigation == null) {
            throw written.refused(
                    DataFaults.ROW_REFUSED,
                    batch.firstRow() + row,
                    name,
                    set,
                    "not sent",
                    "'" + name + "' does not refer to entities of '" + target + "', but to "
                            + String.join(", ", targets.keySet()));
        }
        Json.quote(navigation + "@odata.bind", body);
        body.append(':');
        if (v.isNull(row)) {
            body.append("null");
        } else {
            Json.quote(sets.get(target) + "(" + RowText.plain(v, row) + ")", body);
        }
    }

    private String id(Batch batch, int row) {
        int column = incoming.indexOf(id);
        return column < 0 || batch.vector(column).isNull(row)
                ? UUID.randomUUID().toString()
                : RowText.plain(batch.vector(column), row);
    }

    private String key(Batch batch, int row) {
        List<String> parts = new ArrayList<>();
        for (String key : keys) {
            Vector v = batch.vector(incoming.indexOf(key));
            if (v.isNull(row)) {
                throw written.refused(
                        DataFaults.NULL_REFUSED,
                        batch.firstRow() + row,
                        key,
                        "the alternate key of " + set,
                        "not sent",
                        "null");
            }
            String text = RowText.plain(v, row);
            String value = v.type().kind() == DataType.Kind.STRING
                    ? "'" + URLEncoder.encode(text.replace("'", "''"), UTF_8).replace("+", "%20") + "'"
                    : text;
            parts.add((isLookup(key) ? "_" + key + "_value" : key) + "=" + value);
        }
        return String.join(",", parts);
    }
}
