package dev.sluice.ssis.engine.dataflow.script;

import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Column;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes the classes that the designer generates from a component's inputs, outputs, variables and connections
/// (`Input0Buffer`, `Output0Buffer`, `UserComponent`, `Variables`, `Connections`), for our rows instead of SSIS's.
final class ScriptClasses {
    private static final Set<String> KEYWORDS = Set.of(
            "abstract",
            "as",
            "base",
            "bool",
            "break",
            "byte",
            "case",
            "catch",
            "char",
            "checked",
            "class",
            "const",
            "continue",
            "decimal",
            "default",
            "delegate",
            "do",
            "double",
            "else",
            "enum",
            "event",
            "explicit",
            "extern",
            "false",
            "finally",
            "fixed",
            "float",
            "for",
            "foreach",
            "goto",
            "if",
            "implicit",
            "in",
            "int",
            "interface",
            "internal",
            "is",
            "lock",
            "long",
            "namespace",
            "new",
            "null",
            "object",
            "operator",
            "out",
            "override",
            "params",
            "private",
            "protected",
            "public",
            "readonly",
            "ref",
            "return",
            "sbyte",
            "sealed",
            "short",
            "sizeof",
            "stackalloc",
            "static",
            "string",
            "struct",
            "switch",
            "this",
            "throw",
            "true",
            "try",
            "typeof",
            "uint",
            "ulong",
            "unchecked",
            "unsafe",
            "ushort",
            "using",
            "virtual",
            "void",
            "volatile",
            "while");

    private static final String PIPELINE = "Microsoft.SqlServer.Dts.Pipeline.";

    private final Wiring wiring;
    private final StringBuilder text = new StringBuilder("using System;\n");

    private ScriptClasses(Wiring wiring) {
        this.wiring = wiring;
    }

    /// @param variables qualified name to .NET type and whether it may be written
    static String of(Wiring wiring, Map<String, Typed> variables) {
        return new ScriptClasses(wiring).all(variables);
    }

    /// @param type .NET's name of the variable's type
    record Typed(String type, boolean writable) {}

    /// A name as a C# identifier: what cannot be in one is left out.
    static String identifier(String name) {
        StringBuilder kept = new StringBuilder();
        name.codePoints().filter(c -> Character.isLetterOrDigit(c) || c == '_').forEach(kept::appendCodePoint);
        String id = kept.isEmpty() || Character.isDigit(kept.charAt(0)) ? "_" + kept : kept.toString();
        return KEYWORDS.contains(id) ? "@" + id : id;
    }

    /// Names for classes and methods made of a name, without the mark of a keyword.
    private static String part(String name) {
        String id = identifier(name);
        return id.startsWith("@") ? id.substring(1) : id;
    }

    private String all(Map<String, Typed> variables) {
        Component c = wiring.component();
        for (int i = 0; i < c.inputs().size(); i++) {
            input(i);
        }
        for (int o = 0; o < c.outputs().size(); o++) {
            if (asynchronous(c.outputs().get(o))) {
                output(o);
            }
        }
        component();
        connections();
        variables(variables);
        return text.toString();
    }

    static boolean asynchronous(Component.Output output) {
        return output.synchronousInput().isEmpty() || output.synchronousInput().equals("0");
    }

    /// Outputs that pass the rows of that input on.
    static List<Integer> passing(Component c, int input) {
        return java.util.stream.IntStream.range(0, c.outputs().size())
                .filter(o -> !asynchronous(c.outputs().get(o))
                        && c.outputs()
                                .get(o)
                                .synchronousInput()
                                .equals(c.inputs().get(input).id()))
                .boxed()
                .toList();
    }

    private void input(int i) {
        Component c = wiring.component();
        Component.Input input = c.inputs().get(i);
        String type = part(input.name()) + "Buffer";
        text.append("public class ").append(type).append(" : ").append(PIPELINE).append("ScriptBuffer {\n");
        Set<String> taken = new HashSet<>();
        int number = 0;
        for (Component.InputColumn column : input.columns()) {
            Column seen = wiring.columnOf(i, column.lineage());
            property(
                    taken,
                    column.name().isEmpty() ? seen.name() : column.name(),
                    seen,
                    "c" + number++,
                    column.readWrite(),
                    false);
        }
        StringBuilder added = new StringBuilder();
        StringBuilder directed = new StringBuilder();
        StringBuilder groups = new StringBuilder();
        int more = 0;
        for (int o : passing(c, i)) {
            Component.Output output = c.outputs().get(o);
            for (Component.OutputColumn column : output.columns()) {
                Column made = wiring.outputs().get(o).column(wiring.own(o, column));
                added.append(more == 0 ? "" : ", ").append("a").append(more);
                property(taken, column.name(), made, "a" + more++, true, false);
            }
            if (output.exclusionGroup() != 0) {
                directed.append(directed.isEmpty() ? "" : ", ").append(quoted(output.name()));
                groups.append(groups.isEmpty() ? "" : ", ").append(output.exclusionGroup());
                text.append("public void DirectRowTo")
                        .append(part(output.name()))
                        .append("() { DirectRow(")
                        .append(quoted(output.name()))
                        .append("); }\n");
            }
        }
        text.append("public ").append(type).append("() { Number = ").append(i);
        text.append("; Columns = new ")
                .append(PIPELINE)
                .append("Column[] {")
                .append(names("c", number))
                .append("}; Added = new ");
        text.append(PIPELINE)
                .append("Column[] {")
                .append(added)
                .append("}; Directed = new string[] {")
                .append(directed);
        text.append("}; Groups = new int[] {").append(groups).append("}; }\n}\n");
    }

    private void output(int o) {
        Component.Output output = wiring.component().outputs().get(o);
        String type = part(output.name()) + "Buffer";
        text.append("public class ").append(type).append(" : ").append(PIPELINE).append("ScriptBuffer {\n");
        Set<String> taken = new HashSet<>();
        int number = 0;
        for (Component.OutputColumn column : output.columns()) {
            property(
                    taken,
                    column.name(),
                    wiring.outputs().get(o).column(wiring.own(o, column)),
                    "c" + number++,
                    true,
                    true);
        }
        text.append("public ")
                .append(type)
                .append("() { Number = ")
                .append(o)
                .append("; Columns = new ")
                .append(PIPELINE);
        text.append("Column[] {").append(names("c", number)).append("}; Make(); }\n}\n");
    }

    private static String names(String letter, int count) {
        return String.join(
                ", ",
                java.util.stream.IntStream.range(0, count)
                        .mapToObj(n -> letter + n)
                        .toList());
    }

    private void property(
            Set<String> taken, String name, Column column, String field, boolean writable, boolean weighed) {
        SsisType t = column.type();
        text.append("private readonly ")
                .append(PIPELINE)
                .append("Column ")
                .append(field)
                .append(" = new ");
        text.append(PIPELINE)
                .append("Column(")
                .append(quoted(name))
                .append(", \"")
                .append(t.kind().word())
                .append("\", '");
        text.append(ColumnFrames.form(t))
                .append("', ")
                .append(sized(t))
                .append(", ")
                .append(scale(t))
                .append(");\n");
        String id = identifier(name);
        if (!taken.add(id)) {
            return;
        }
        Access a = Access.of(t.kind());
        if (a == Access.BLOB) {
            text.append("public ")
                    .append(PIPELINE)
                    .append("BlobColumn ")
                    .append(id)
                    .append(" { get { return new ");
            text.append(PIPELINE).append("BlobColumn(").append(field).append(", this); } }\n");
        } else {
            text.append("public ").append(a.type).append(' ').append(id).append(" { get { return ");
            text.append(a.get.replace("$", field)).append("; }");
            if (writable) {
                text.append(" set { ");
                if (weighed && (a == Access.TEXT || a == Access.BYTES)) {
                    text.append("Weigh(value == null ? 0 : value.Length); ");
                }
                text.append(a.set.replace("$", field)).append("; }");
            }
            text.append(" }\n");
        }
        text.append("public bool ")
                .append(part(name))
                .append("_IsNull { get { return ")
                .append(field);
        text.append(".IsNull(Here()); }");
        if (writable) {
            text.append(" set { if (value) ")
                    .append(field)
                    .append(".SetNull(Here()); else throw new InvalidOperationException(")
                    .append("\"IsNull property cannot be set to False. Assign a value to the column instead.\"); }");
        }
        text.append(" }\n");
    }

    private static int sized(SsisType t) {
        return switch (t.kind()) {
            case STR, WSTR, BYTES -> t.length();
            default -> 0;
        };
    }

    private static int scale(SsisType t) {
        return t.kind().exact()
                ? dev.sluice.ssis.engine.dataflow.rows.Storage.of(t).scale()
                : 0;
    }

    /// How the values of a type are reached.
    private enum Access {
        BOOL("bool", "$.Whole(Here()) != 0", "$.Whole(Here(), value ? 1 : 0)"),
        I1("sbyte", "(sbyte)$.Whole(Here())", "$.Whole(Here(), value)"),
        I2("short", "(short)$.Whole(Here())", "$.Whole(Here(), value)"),
        I4("int", "(int)$.Whole(Here())", "$.Whole(Here(), value)"),
        I8("long", "$.Whole(Here())", "$.Whole(Here(), value)"),
        UI1("byte", "(byte)$.Whole(Here())", "$.Whole(Here(), value)"),
        UI2("ushort", "(ushort)$.Whole(Here())", "$.Whole(Here(), value)"),
        UI4("uint", "(uint)$.Whole(Here())", "$.Whole(Here(), value)"),
        UI8("ulong", "(ulong)$.Whole(Here())", "$.Whole(Here(), (long)value)"),
        R4("float", "(float)$.Real(Here())", "$.Real(Here(), value)"),
        R8("double", "$.Real(Here())", "$.Real(Here(), value)"),
        EXACT("decimal", "$.Exact(Here())", "$.Exact(Here(), value)"),
        TEXT("string", "$.Text(Here())", "$.Text(Here(), value)"),
        BYTES("byte[]", "$.Bytes(Here())", "$.Bytes(Here(), value)"),
        GUID("Guid", "$.Guid(Here())", "$.Guid(Here(), value)"),
        MOMENT("DateTime", "$.Moment(Here())", "$.Moment(Here(), value)"),
        SPAN("TimeSpan", "$.Span(Here())", "$.Span(Here(), value)"),
        OFFSET("DateTimeOffset", "$.Offset(Here())", "$.Offset(Here(), value)"),
        BLOB("", "", "");

        private final String type;
        private final String get;
        private final String set;

        Access(String type, String get, String set) {
            this.type = type;
            this.get = get;
            this.set = set;
        }

        static Access of(SsisType.Kind kind) {
            return switch (kind) {
                case BOOL -> BOOL;
                case I1 -> I1;
                case I2 -> I2;
                case I4 -> I4;
                case I8 -> I8;
                case UI1 -> UI1;
                case UI2 -> UI2;
                case UI4 -> UI4;
                case UI8 -> UI8;
                case R4 -> R4;
                case R8 -> R8;
                case CY, DECIMAL, NUMERIC -> EXACT;
                case STR, WSTR -> TEXT;
                case BYTES -> BYTES;
                case TEXT, NTEXT, IMAGE -> BLOB;
                case GUID -> GUID;
                case DATE, DBDATE, DBTIMESTAMP, DBTIMESTAMP2, FILETIME -> MOMENT;
                case DBTIME, DBTIME2 -> SPAN;
                case DBTIMESTAMPOFFSET -> OFFSET;
            };
        }
    }

    private void component() {
        Component c = wiring.component();
        text.append("public class UserComponent : ").append(PIPELINE).append("ScriptComponent {\n");
        text.append("public Connections Connections;\npublic Variables Variables;\n");
        text.append(
                "public UserComponent() { Connections = new Connections(this); Variables = new Variables(this); }\n");
        StringBuilder come = new StringBuilder();
        StringBuilder made = new StringBuilder();
        StringBuilder process = new StringBuilder();
        for (int i = 0; i < c.inputs().size(); i++) {
            String name = part(c.inputs().get(i).name());
            String type = name + "Buffer";
            come.append(i == 0 ? "" : ", ").append("new ").append(type).append("()");
            process.append("if (input == ")
                    .append(i)
                    .append(") ")
                    .append(name)
                    .append("_ProcessInput((")
                    .append(type);
            process.append(")buffer);\n");
            text.append("public virtual void ")
                    .append(name)
                    .append("_ProcessInput(")
                    .append(type);
            text.append(" Buffer) { while (Buffer.NextRow()) ").append(name).append("_ProcessInputRow(Buffer); }\n");
            text.append("public virtual void ")
                    .append(name)
                    .append("_ProcessInputRow(")
                    .append(type)
                    .append(" Row) { }\n");
        }
        for (Component.Output output : c.outputs()) {
            if (asynchronous(output)) {
                String type = part(output.name()) + "Buffer";
                text.append("public ")
                        .append(type)
                        .append(' ')
                        .append(type)
                        .append(" = new ")
                        .append(type)
                        .append("();\n");
                made.append(made.isEmpty() ? "" : ", ").append(type);
            }
        }
        text.append("internal override void Inputs() { Come = new ")
                .append(PIPELINE)
                .append("ScriptBuffer[] {")
                .append(come);
        text.append("}; Made = new ")
                .append(PIPELINE)
                .append("ScriptBuffer[] {")
                .append(made)
                .append("}; }\n");
        text.append("internal override void Process(int input, ")
                .append(PIPELINE)
                .append("ScriptBuffer buffer) {\n");
        text.append(process).append("}\n}\n");
    }

    private void connections() {
        text.append("public class Connections {\nprivate readonly ")
                .append(PIPELINE)
                .append("ScriptComponent parent;\n");
        text.append("public Connections(")
                .append(PIPELINE)
                .append("ScriptComponent component) { parent = component; }\n");
        Set<String> taken = new HashSet<>();
        for (Component.Connection connection : wiring.component().connections()) {
            if (taken.add(identifier(connection.name()))) {
                text.append("public Microsoft.SqlServer.Dts.Runtime.Wrapper.IDTSConnectionManager100 ")
                        .append(identifier(connection.name()))
                        .append(" { get { return parent.Managers[")
                        .append(quoted(connection.name()))
                        .append("]; } }\n");
            }
        }
        text.append("}\n");
    }

    private void variables(Map<String, Typed> variables) {
        text.append("public class Variables {\nprivate readonly ")
                .append(PIPELINE)
                .append("ScriptComponent parent;\n");
        text.append("public Variables(")
                .append(PIPELINE)
                .append("ScriptComponent component) { parent = component; }\n");
        Set<String> taken = new HashSet<>();
        variables.forEach((name, typed) -> {
            String id = identifier(name.substring(name.lastIndexOf(':') + 1));
            if (!taken.add(id)) {
                return;
            }
            String from = (typed.writable() ? "ReadWriteVariables[" : "ReadOnlyVariables[") + quoted(name) + "].Value";
            text.append("public ").append(typed.type()).append(' ').append(id).append(" { get { return (");
            text.append(typed.type()).append(")parent.").append(from).append("; }");
            if (typed.writable()) {
                text.append(" set { parent.").append(from).append(" = value; }");
            }
            text.append(" }\n");
        });
        text.append("}\n");
    }

    private static String quoted(String value) {
        return "@\"" + value.replace("\"", "\"\"") + "\"";
    }
}
