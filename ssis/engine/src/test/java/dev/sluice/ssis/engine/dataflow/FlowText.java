package dev.sluice.ssis.engine.dataflow;

import java.util.ArrayList;
import java.util.List;

/// Data flows as their designer would save them, in few words. A component `c` has inputs `in0`, `in1` and so on,
/// and outputs by the names that are given; the lineage of a column is `c.output.column`.
class FlowText {
    private final List<String> components = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    private final List<String> managers = new ArrayList<>();
    private String attributes = "";

    /// A component being written.
    final class Part {
        private final String name;
        private final String type;
        private final StringBuilder properties = new StringBuilder();
        private final StringBuilder connections = new StringBuilder();
        private final StringBuilder inputs = new StringBuilder();
        private final StringBuilder outputs = new StringBuilder();
        private int inputCount;
        private int place;

        private Part(String name, String type) {
            this.name = name;
            this.type = type;
            components.add("");
            place = components.size() - 1;
            write();
        }

        Part property(String property, String value) {
            properties.append(FlowText.property(property, value));
            return write();
        }

        /// A property that is a list of texts.
        Part list(String property, String... values) {
            properties.append("<property name='").append(property).append("' isArray='true'><arrayElements>");
            for (String value : values) {
                properties.append("<arrayElement>").append(escaped(value)).append("</arrayElement>");
            }
            properties.append("</arrayElements></property>");
            return write();
        }

        Part connection(String manager) {
            connections
                    .append("<connection name='c' connectionManagerID='Package.ConnectionManagers[")
                    .append(manager)
                    .append("]'/>");
            return write();
        }

        /// An input, reached by a path from `component.output`; empty for none.
        Part input(String from, String... columns) {
            return inputOf(from, "", columns);
        }

        Part inputOf(String from, String attributes, String... columns) {
            String id = name + ".in" + inputCount++;
            inputs.append("<input refId='")
                    .append(id)
                    .append("' name='in' ")
                    .append(attributes)
                    .append("><inputColumns>");
            for (String c : columns) {
                inputs.append(c);
            }
            inputs.append("</inputColumns>");
            if (!external.isEmpty()) {
                inputs.append("<externalMetadataColumns>").append(external).append("</externalMetadataColumns>");
                external.setLength(0);
            }
            inputs.append("</input>");
            if (!from.isEmpty()) {
                paths.add("<path refId='p" + paths.size() + "' name='" + from + " to " + name + "' startId='" + from
                        + "' endId='" + id + "'/>");
            }
            return write();
        }

        private final StringBuilder external = new StringBuilder();

        /// External columns of the next input or output.
        Part external(String column, String type) {
            external.append("<externalMetadataColumn refId='")
                    .append(name)
                    .append(".ext.")
                    .append(column)
                    .append("' name='")
                    .append(column)
                    .append("' ")
                    .append(typed(type))
                    .append("/>");
            return this;
        }

        /// An output of new rows.
        Part output(String output, String... columns) {
            return outputOf(output, "", "", columns);
        }

        /// An output that passes the first input's rows on.
        Part passing(String output, String... columns) {
            return outputOf(output, "synchronousInputId='" + name + ".in0' exclusionGroup='1'", "", columns);
        }

        /// An error output that passes the first input's rows on.
        Part errors() {
            return outputOf(
                    "errors",
                    "isErrorOut='true' exclusionGroup='1' synchronousInputId='" + name + ".in0'",
                    "",
                    special(),
                    specialColumn());
        }

        private String special() {
            return "<outputColumn refId='" + name + ".errors.ErrorCode' lineageId='" + name
                    + ".errors.ErrorCode' name='ErrorCode' dataType='i4' specialFlags='1'/>";
        }

        private String specialColumn() {
            return "<outputColumn refId='" + name + ".errors.ErrorColumn' lineageId='" + name
                    + ".errors.ErrorColumn' name='ErrorColumn' dataType='i4' specialFlags='2'/>";
        }

        /// An error output of a source.
        Part sourceErrors(String... columns) {
            String[] all = new String[columns.length + 2];
            System.arraycopy(columns, 0, all, 0, columns.length);
            all[columns.length] = special();
            all[columns.length + 1] = specialColumn();
            return outputOf("errors", "isErrorOut='true'", "", all);
        }

        Part outputOf(String output, String more, String propertiesOfIt, String... columns) {
            outputs.append("<output refId='")
                    .append(name)
                    .append('.')
                    .append(output)
                    .append("' name='")
                    .append(output)
                    .append("' ")
                    .append(more)
                    .append("><properties>")
                    .append(propertiesOfIt)
                    .append("</properties><outputColumns>");
            for (String c : columns) {
                outputs.append(c.replace("%id", name + "." + output).replace("%ext", name + ".ext"));
            }
            outputs.append("</outputColumns>");
            if (!external.isEmpty()) {
                outputs.append("<externalMetadataColumns>").append(external).append("</externalMetadataColumns>");
                external.setLength(0);
            }
            outputs.append("</output>");
            return write();
        }

        private Part write() {
            components.set(
                    place,
                    "<component refId='" + name + "' name='" + name + "' componentClassID='Microsoft." + type
                            + "'><properties>" + properties + "</properties><connections>" + connections
                            + "</connections><inputs>" + inputs + "</inputs><outputs>" + outputs
                            + "</outputs></component>");
            return this;
        }
    }

    Part component(String name, String type) {
        return new Part(name, type);
    }

    FlowText attributes(String text) {
        attributes = text;
        return this;
    }

    /// A column of an output: `type` is `i4`, `wstr:50`, `numeric:18:2`.
    static String column(String name, String type, String... propertiesInPairs) {
        return columnOf(name, type, "", propertiesInPairs);
    }

    static String columnOf(String name, String type, String attributes, String... propertiesInPairs) {
        return "<outputColumn refId='%id." + name + "' lineageId='%id." + name + "' name='" + name
                + "' externalMetadataColumnId='%ext." + name + "' " + typed(type) + " " + attributes + "><properties>"
                + pairs(propertiesInPairs) + "</properties></outputColumn>";
    }

    static String typed(String type) {
        String[] parts = type.split(":");
        String kind = parts[0];
        String sized = parts.length < 2
                ? ""
                : switch (kind) {
                    case "numeric" -> " precision='" + parts[1] + "' scale='" + parts[2] + "'";
                    case "decimal", "dbTimeStamp2", "dbTime2", "dbTimeStampoffset" -> " scale='" + parts[1] + "'";
                    default -> " length='" + parts[1] + "'" + (parts.length > 2 ? " codePage='" + parts[2] + "'" : "");
                };
        return "dataType='" + kind + "'" + sized;
    }

    /// A column that an input uses, by its lineage.
    static String uses(String lineage, String... propertiesInPairs) {
        return usesOf(lineage, "", propertiesInPairs);
    }

    static String usesOf(String lineage, String attributes, String... propertiesInPairs) {
        String name = lineage.substring(lineage.lastIndexOf('.') + 1);
        return "<inputColumn refId='in:" + lineage + "' lineageId='" + lineage + "' cachedName='" + name + "' "
                + attributes + "><properties>" + pairs(propertiesInPairs) + "</properties></inputColumn>";
    }

    private static String pairs(String... pairs) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            text.append(property(pairs[i], pairs[i + 1]));
        }
        return text.toString();
    }

    static String property(String name, String value) {
        return "<property name='" + name + "'>" + escaped(value) + "</property>";
    }

    private static String escaped(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;");
    }

    /// A connection manager with what its payload holds.
    FlowText manager(String name, String type, String attributesOfIt, String inside) {
        managers.add("<DTS:ConnectionManager DTS:refId='Package.ConnectionManagers[" + name + "]' DTS:ObjectName='"
                + name
                + "' DTS:DTSID='{" + name + "}' DTS:CreationName='" + type + "'><DTS:ObjectData><DTS:ConnectionManager "
                + attributesOfIt + ">" + inside + "</DTS:ConnectionManager></DTS:ObjectData></DTS:ConnectionManager>");
        return this;
    }

    /// A comma-separated file with column names and CR LF.
    FlowText csv(String name, String path, String... columns) {
        StringBuilder inside = new StringBuilder("<DTS:FlatFileColumns>");
        for (int i = 0; i < columns.length; i++) {
            String delimiter = i == columns.length - 1 ? "_x000D__x000A_" : "_x002C_";
            inside.append("<DTS:FlatFileColumn DTS:ColumnType='Delimited' DTS:ColumnDelimiter='")
                    .append(delimiter)
                    .append("' DTS:DataType='130' DTS:MaximumWidth='50' DTS:TextQualified='True' DTS:ObjectName='")
                    .append(columns[i])
                    .append("'/>");
        }
        return manager(
                name,
                "FLATFILE",
                "DTS:Format='Delimited' DTS:CodePage='65001' DTS:ColumnNamesInFirstDataRow='True' "
                        + "DTS:TextQualifier='_x0022_' DTS:ConnectionString='" + path + "'",
                inside + "</DTS:FlatFileColumns>");
    }

    /// A source that reads such a file; columns as `name type`.
    Part csvSource(String name, String path, String... columns) {
        String[] names = new String[columns.length];
        String[] texts = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            String[] parts = columns[i].split(" ", 3);
            names[i] = parts[0];
            texts[i] = columnOf(
                    parts[0],
                    parts[1],
                    parts.length > 2
                            ? parts[2]
                            : "errorRowDisposition='FailComponent' truncationRowDisposition='FailComponent'");
        }
        csv(name + "File", path, names);
        Part part = component(name, "FlatFileSource").connection(name + "File").property("RetainNulls", "true");
        for (String n : names) {
            part.external(n, "wstr:50");
        }
        return part.output("out", texts);
    }

    /// A destination that keeps rows in the variable `User::NAME`.
    FlowText recordset(String name, String from, String... lineages) {
        String[] columns = new String[lineages.length];
        for (int i = 0; i < lineages.length; i++) {
            columns[i] = uses(lineages[i]);
        }
        component(name, "RecordsetDestination")
                .property("VariableName", "User::" + name)
                .input(from, columns);
        return this;
    }

    /// A destination that writes `NAME.csv` with `|` between values and nothing for NULL; see [Bench#lines].
    FlowText recordsetWithin(String name, String from, String... lineages) {
        StringBuilder inside = new StringBuilder("<DTS:FlatFileColumns>");
        Part part = component(name, "FlatFileDestination").connection(name + "File");
        String[] columns = new String[lineages.length];
        for (int i = 0; i < lineages.length; i++) {
            String delimiter = i == lineages.length - 1 ? "_x000A_" : "_x007C_";
            inside.append("<DTS:FlatFileColumn DTS:ColumnType='Delimited' DTS:ColumnDelimiter='")
                    .append(delimiter)
                    .append("' DTS:DataType='130' DTS:MaximumWidth='50' DTS:ObjectName='c")
                    .append(i)
                    .append("'/>");
            part.external("c" + i, "wstr:50");
            columns[i] = usesOf(lineages[i], "externalMetadataColumnId='" + name + ".ext.c" + i + "'");
        }
        manager(
                name + "File",
                "FLATFILE",
                "DTS:Format='Delimited' DTS:CodePage='65001' DTS:ConnectionString='" + name + ".csv'",
                inside + "</DTS:FlatFileColumns>");
        part.input(from, columns);
        return this;
    }

    String pipeline() {
        return "<DTS:ObjectData><pipeline version='1' " + attributes + "><components>" + String.join("", components)
                + "</components><paths>" + String.join("", paths) + "</paths></pipeline></DTS:ObjectData>";
    }

    String managers() {
        return "<DTS:ConnectionManagers>" + String.join("", managers) + "</DTS:ConnectionManagers>";
    }
}
