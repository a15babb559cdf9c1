package dev.sluice.connectors.http;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One service as its description file has it: Data Factory's type names and members on one side, REST or OData on the
/// other. What may stand in a file says CONTRIBUTING; a damaged one is an [IllegalStateException], since it ships.
///
/// @param odata whether rows come by OData, otherwise by REST
/// @param nested whether columns are paths into the rows, otherwise their members
/// @param ignored members of the linked service that change nothing
/// @param defaults of members that are not given
/// @param logins by the linked service's `authenticationType`: members of a REST linked service, as templates
/// @param lookups values asked for before the rows, in order
/// @param requests for the rows; the first that fits counts
/// @param writes how rows are written; empty where a service is only read
record ServiceDescription(
        String name,
        Set<String> linkedServices,
        Set<String> datasets,
        Set<String> sources,
        Set<String> sinks,
        boolean odata,
        boolean nested,
        List<FieldDescriptor> fields,
        Set<String> ignored,
        Map<String, String> defaults,
        Map<String, Settings> logins,
        List<Refused> refused,
        List<Lookup> lookups,
        List<Request> requests,
        Optional<Writes> writes) {

    /// A member that would change the result and cannot be followed.
    ///
    /// @param allowed the value with which it may be there; empty for none
    record Refused(String member, String allowed, String detail, String advice) {}

    /// A value that the service itself knows: `member` is what stands at `value` of the answer to `url`.
    record Lookup(String member, String url, String value) {}

    /// Where the rows are asked for.
    ///
    /// @param when a member that must be given; empty for any
    /// @param entity the only entity that it is for, in small letters; empty for any
    /// @param url a template, relative to the service's address
    /// @param rows path of the array of rows
    /// @param paging as `paginationRules` of a REST source
    /// @param without members of rows that are no columns
    record Request(
            String when,
            String entity,
            String url,
            Map<String, String> headers,
            String rows,
            Settings paging,
            Set<String> without,
            Optional<Columns> columns) {}

    /// Where the service tells of an entity's columns; their names, in order, are the member `columns`.
    ///
    /// @param list path of the array of columns
    /// @param types names of the service's types with those here; empty text for columns that are left out
    record Columns(String url, String list, String name, String type, Map<String, Optional<DataType>> types) {}

    /// How rows are written.
    ///
    /// @param by the protocol: `changesets` ([ChangeSetSink]) or `jobs` ([BulkJobSink])
    /// @param urls templates, by the names that the protocol has for them
    /// @param columns where the service tells of the columns that can be written
    record Writes(String by, Map<String, String> urls, Columns columns) {}

    static ServiceDescription of(String file, byte[] json) {
        try {
            Settings s = new Settings(file, map(JsonTree.of(json)));
            return new ServiceDescription(
                    s.requiredText("name"),
                    texts(s, "linkedServices"),
                    texts(s, "datasets"),
                    texts(s, "sources"),
                    texts(s, "sinks"),
                    s.text("protocol").orElse("rest").equals("odata"),
                    s.flag("nested", false),
                    fields(s.section("fields")),
                    texts(s, "ignored"),
                    members(s.section("defaults")),
                    logins(s.section("logins")),
                    sections(s, "refused").stream()
                            .map(r -> new Refused(
                                    r.requiredText("member"),
                                    r.text("allowed").orElse(""),
                                    r.requiredText("detail"),
                                    r.requiredText("advice")))
                            .toList(),
                    sections(s, "lookups").stream()
                            .map(l -> new Lookup(
                                    l.requiredText("member"), l.requiredText("url"), l.requiredText("value")))
                            .toList(),
                    sections(s, "requests").stream()
                            .map(ServiceDescription::request)
                            .toList(),
                    s.has("writes") ? Optional.of(writes(s.section("writes"))) : Optional.empty());
        } catch (RuntimeException e) {
            throw new IllegalStateException("the description " + file + ": " + e.getMessage(), e);
        }
    }

    private static Writes writes(Settings w) {
        return new Writes(w.requiredText("by"), members(w.section("urls")), columns(w.section("columns")));
    }

    private static Request request(Settings r) {
        return new Request(
                r.text("when").orElse(""),
                r.text("entity").orElse("").toLowerCase(Locale.ROOT),
                r.requiredText("url"),
                members(r.section("headers")),
                r.text("rows").orElse(""),
                r.section("paging"),
                texts(r, "without"),
                r.has("columns") ? Optional.of(columns(r.section("columns"))) : Optional.empty());
    }

    private static Columns columns(Settings c) {
        Map<String, Optional<DataType>> types = new HashMap<>();
        members(c.section("types")).forEach((theirs, ours) -> types.put(theirs, type(ours)));
        return new Columns(
                c.requiredText("url"), c.requiredText("list"), c.requiredText("name"), c.requiredText("type"), types);
    }

    private static Optional<DataType> type(String name) {
        return switch (name) {
            case "" -> Optional.empty();
            case "Boolean" -> Optional.of(DataType.BOOLEAN);
            case "Int32" -> Optional.of(DataType.INT32);
            case "Int64" -> Optional.of(DataType.INT64);
            case "Double" -> Optional.of(DataType.FLOAT64);
            case "Decimal" -> Optional.of(DataType.decimal(38, 18));
            case "Guid" -> Optional.of(DataType.GUID);
            case "Date" -> Optional.of(DataType.DATE);
            case "DateTimeOffset" -> Optional.of(DataType.instant(7));
            case "String" -> Optional.of(DataType.STRING);
            default -> throw new IllegalArgumentException("a column has the type " + name);
        };
    }

    /// `"name": "required secret; what it is"`.
    private static List<FieldDescriptor> fields(Settings s) {
        List<FieldDescriptor> fields = new ArrayList<>();
        members(s).forEach((name, text) -> {
            String[] parts = text.split("; ", 2);
            String flags = parts.length == 2 ? parts[0] : "";
            fields.add(new FieldDescriptor(
                    name, flags.contains("required"), flags.contains("secret"), parts[parts.length - 1]));
        });
        return fields;
    }

    private static Map<String, Settings> logins(Settings s) {
        Map<String, Settings> logins = new LinkedHashMap<>();
        s.names().forEach(n -> logins.put(n.toLowerCase(Locale.ROOT), s.section(n)));
        return logins;
    }

    private static Map<String, String> members(Settings s) {
        Map<String, String> members = new LinkedHashMap<>();
        s.names().forEach(n -> members.put(n, s.text(n).orElse("")));
        return members;
    }

    private static Set<String> texts(Settings s, String member) {
        Set<String> texts = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        s.list(member).forEach(t -> texts.add(String.valueOf(t)));
        return texts;
    }

    private static List<Settings> sections(Settings s, String member) {
        return s.list(member).stream()
                .map(each -> new Settings(s.pointer() + "/" + member, map(each)))
                .toList();
    }

    private static Map<String, @Nullable Object> map(@Nullable Object value) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> given) {
            given.forEach((k, v) -> map.put(String.valueOf(k), v));
            return map;
        }
        throw new IllegalArgumentException("an object is wanted");
    }
}
