package dev.sluice.ssis.packages;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A source, transformation or destination of a data flow.
///
/// @param id refId, or a number in the old encoding
/// @param classId as the file says
/// @param userType UserComponentTypeName of a managed component; empty otherwise
/// @param contact contactInfo, whose first part names a component whose id is not known
/// @param attributes everything else on the element
/// @param properties custom properties by name
/// @param inputs in document order
/// @param outputs in document order, which is what identifies them: their names are localized
public record Component(
        String id,
        String name,
        String classId,
        String userType,
        String contact,
        ComponentKind kind,
        PropertyBag attributes,
        Map<String, Property> properties,
        List<Connection> connections,
        List<Input> inputs,
        List<Output> outputs,
        List<Element> others) {
    public Component {
        properties = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(properties));
        connections = List.copyOf(connections);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        others = List.copyOf(others);
    }

    /// The text of a custom property; empty when it is absent or has no value.
    public String property(String property) {
        return Optional.ofNullable(properties.get(property)).map(Property::text).orElse("");
    }

    /// What the file calls it, for messages about components that are not known.
    public String typeName() {
        if (kind != ComponentKind.UNKNOWN) {
            return kind.title();
        }
        if (!userType.isEmpty()) {
            return userType.split(",", 2)[0].strip();
        }
        String first = contact.split(";", 2)[0].strip();
        return first.isEmpty() ? classId : first;
    }

    /// @param reference of the connection manager; `{GUID}:external` for one of the project
    /// @param managerRefId its refId where the file has one
    public record Connection(String name, String reference, String managerRefId) {}

    /// A custom property.
    ///
    /// @param text value with escapes resolved
    /// @param items of an array property, in order; empty otherwise
    public record Property(String name, String dataType, String text, List<String> items) {
        public Property {
            items = List.copyOf(items);
        }
    }

    /// What happens to a row that cannot be used.
    public enum Disposition {
        NOT_USED,
        IGNORE_FAILURE,
        FAIL_COMPONENT,
        REDIRECT_ROW;

        static Disposition of(String text) {
            return switch (text) {
                case "IgnoreFailure" -> IGNORE_FAILURE;
                case "FailComponent" -> FAIL_COMPONENT;
                case "RedirectRow" -> REDIRECT_ROW;
                default -> NOT_USED;
            };
        }
    }

    /// @param attributes everything else on the element
    public record Input(
            String id,
            String name,
            Disposition onError,
            Disposition onTruncation,
            PropertyBag attributes,
            Map<String, Property> properties,
            List<InputColumn> columns,
            List<ExternalColumn> external) {
        public Input {
            properties = Map.copyOf(properties);
            columns = List.copyOf(columns);
            external = List.copyOf(external);
        }
    }

    /// A column that the component uses; those not listed flow past it.
    ///
    /// @param lineage the column's identity through the flow
    /// @param readWrite whether the component replaces the value in place
    /// @param externalId the external column it is written to; empty without one
    public record InputColumn(
            String id,
            String lineage,
            String name,
            ColumnType type,
            boolean readWrite,
            String externalId,
            Disposition onError,
            Disposition onTruncation,
            PropertyBag attributes,
            Map<String, Property> properties) {
        public InputColumn {
            properties = Map.copyOf(properties);
        }
    }

    /// @param synchronousInput id of the input whose rows it passes on; empty for an asynchronous one
    /// @param exclusionGroup 0: every row goes here; otherwise to at most one output of the group
    public record Output(
            String id,
            String name,
            String synchronousInput,
            int exclusionGroup,
            boolean error,
            boolean sorted,
            Disposition onError,
            Disposition onTruncation,
            PropertyBag attributes,
            Map<String, Property> properties,
            List<OutputColumn> columns,
            List<ExternalColumn> external) {
        public Output {
            properties = Map.copyOf(properties);
            columns = List.copyOf(columns);
            external = List.copyOf(external);
        }
    }

    /// @param sortKey 1..n the key's place, negative descending, 0 no key
    /// @param special 1 ErrorCode, 2 ErrorColumn, 0 neither
    public record OutputColumn(
            String id,
            String lineage,
            String name,
            ColumnType type,
            int sortKey,
            int comparisonFlags,
            int special,
            String externalId,
            Disposition onError,
            Disposition onTruncation,
            PropertyBag attributes,
            Map<String, Property> properties) {
        public OutputColumn {
            properties = Map.copyOf(properties);
        }
    }

    /// A column of the table or file behind a source or destination.
    public record ExternalColumn(String id, String name, ColumnType type) {}

    /// A data-flow type.
    ///
    /// @param name lower case, as in files: `i4`, `wstr`, `dbtimestamp2`; empty when the file does not say
    public record ColumnType(String name, int length, int precision, int scale, int codePage) {}

    /// All columns that come into being here.
    public Stream<OutputColumn> outputColumns() {
        return outputs.stream().flatMap(o -> o.columns().stream());
    }

    @Override
    public String toString() {
        return typeName() + " '" + name + "'";
    }
}
