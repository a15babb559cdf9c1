package dev.sluice.ssis.engine.dataflow.script;

import dev.sluice.data.batch.Vector;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.control.Cell;
import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.engine.control.Table;
import dev.sluice.ssis.engine.dataflow.Connections;
import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.Producer;
import dev.sluice.ssis.engine.dataflow.flow.Stage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Column;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.script.ComponentFrames;
import dev.sluice.ssis.engine.script.ScriptHost;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.ConnectionKind;
import dev.sluice.ssis.packages.ConnectionManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Script Component as source, transformation or destination: C#, compiled and run by Mono in a process of its own,
/// where the owner of the machine allows it. Rows go to it and come from it a buffer at a time; one thread writes to
/// the process, another reads from it and sends what comes on.
public final class ScriptComponent {
    private static final Pattern LOCK = Pattern.compile("Lock(?:One)?For(Read|Write)\\s*\\(\\s*\"([^\"]+)\"");
    private static final List<String> GENERATED = List.of("bufferwrapper.cs", "componentwrapper.cs");

    private final Wiring wiring;
    private final Component component;
    private final Queues queues;
    private ScriptHost.@Nullable Running process;
    private @Nullable ComponentFrames frames;

    private ScriptComponent(Wiring wiring) {
        this.wiring = wiring;
        this.component = wiring.component();
        this.queues = new Queues(component.inputs().size());
    }

    /// A source where it has no input.
    public static Stage of(Wiring wiring) {
        ScriptComponent script = new ScriptComponent(wiring);
        return wiring.component().inputs().isEmpty() ? script.new Source() : script.new Transformation();
    }

    /// Whether its language can be run.
    public static boolean cSharp(Component component) {
        String language = component.property("ScriptLanguage").toLowerCase(Locale.ROOT);
        return language.equals("csharp") || language.contains("c#");
    }

    /// What is to be said of it before it runs.
    public static Problem problem(Component component) {
        return (cSharp(component) ? SsisRunFaults.SCRIPT_FORBIDDEN : SsisRunFaults.SCRIPT_LANGUAGE)
                .problem()
                .at(component.id())
                .evidence("task", component.name())
                .evidence("language", said(component.property("ScriptLanguage"), "an unknown language"))
                .evidence("reads", said(component.property("ReadOnlyVariables"), "nothing"))
                .evidence("writes", said(component.property("ReadWriteVariables"), "nothing"))
                .build();
    }

    private static String said(String text, String otherwise) {
        return text.isBlank() ? otherwise : text.strip();
    }

    /// Buffers that were sent and have not come back, by input.
    private static final class Queues {
        private final List<ConcurrentLinkedQueue<Buffer>> sent = new ArrayList<>();

        Queues(int inputs) {
            for (int i = 0; i < inputs; i++) {
                sent.add(new ConcurrentLinkedQueue<>());
            }
        }
    }

    private final class Source implements Producer {
        @Override
        public void prepare() throws IOException, InterruptedException {
            begin();
        }

        @Override
        public void produce(Outputs out) throws IOException, SQLException, InterruptedException {
            converse(out, () -> {});
        }

        @Override
        public void close() {
            end();
        }
    }

    private final class Transformation implements Operator {
        @Override
        public void prepare() throws IOException, InterruptedException {
            begin();
        }

        @Override
        public void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException {
            converse(out, () -> feed(in));
        }

        @Override
        public void close() {
            end();
        }
    }

    private ProblemException failed(dev.sluice.diagnosis.Fault fault, String detail) {
        return fault.problem()
                .at(component.id())
                .evidence("task", component.name())
                .evidence("detail", detail)
                .evidence("ssisCode", "0xC0047062")
                .exception();
    }

    private void begin() throws IOException, InterruptedException {
        Connections connections = wiring.around().connections();
        if (!connections.scripts() || !cSharp(component)) {
            throw new ProblemException(problem(component));
        }
        ScriptHost host = connections
                .scriptHost()
                .orElseThrow(() -> failed(SsisRunFaults.SCRIPT_HOST_MISSING, component.property("ScriptLanguage")));
        Map<String, ScriptHost.Given> given = variables();
        Map<String, String> files = sources(given);
        switch (host.component(files)) {
            case ScriptHost.Component.NotCompiled(String errors) ->
                throw failed(SsisRunFaults.SCRIPT_NOT_COMPILED, errors);
            case ScriptHost.Component.Started(ScriptHost.Running started) -> {
                process = started;
                frames = new ComponentFrames(started.to(), started.from());
                wiring.around().onStop(started::close);
                introduce(frames, given);
            }
        }
    }

    /// The files of the script, those that the designer generates written anew.
    private Map<String, String> sources(Map<String, ScriptHost.Given> given) {
        Component.Property source = component.properties().get("SourceCode");
        List<String> items = source == null ? List.of() : source.items();
        int step = items.size() % 3 == 0 && items.size() > 1 && items.get(1).matches("UTF-?(8|16).*") ? 3 : 2;
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i + step <= items.size(); i += step) {
            String name = items.get(i).replace('\\', '/').replaceFirst("^/", "");
            if (!GENERATED.contains(name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT))) {
                files.put(name, items.get(i + step - 1));
            }
        }
        if (files.keySet().stream().noneMatch(n -> n.toLowerCase(Locale.ROOT).endsWith(".cs"))) {
            throw failed(SsisRunFaults.SCRIPT_NOT_COMPILED, "the package holds no source of it");
        }
        files.put("Generated.cs", ScriptClasses.of(wiring, typed(given)));
        return files;
    }

    private static Map<String, ScriptClasses.Typed> typed(Map<String, ScriptHost.Given> given) {
        Map<String, ScriptClasses.Typed> typed = new LinkedHashMap<>();
        given.forEach((name, g) -> typed.put(
                name,
                new ScriptClasses.Typed(
                        switch (g.type()) {
                            case "Int16",
                                    "Int32",
                                    "Int64",
                                    "SByte",
                                    "Byte",
                                    "UInt32",
                                    "UInt64",
                                    "Single",
                                    "Double",
                                    "Boolean",
                                    "Char",
                                    "String",
                                    "DateTime",
                                    "Decimal" -> g.type();
                            case "Currency" -> "Decimal";
                            default -> "object";
                        },
                        g.writable())));
        return typed;
    }

    /// The listed variables, and those that it locks itself.
    private Map<String, ScriptHost.Given> variables() {
        Scope scope = wiring.around().call().scope();
        Map<String, ScriptHost.Given> given = new LinkedHashMap<>();
        names("ReadOnlyVariables").forEach(name -> put(given, scope.require(name), false));
        names("ReadWriteVariables").forEach(name -> put(given, scope.require(name), true));
        Component.Property source = component.properties().get("SourceCode");
        for (String text : source == null ? List.<String>of() : source.items()) {
            Matcher m = LOCK.matcher(text);
            while (m.find()) {
                boolean write = m.group(1).equals("Write");
                scope.find(m.group(2)).ifPresent(cell -> put(given, cell, write));
            }
        }
        return given;
    }

    private List<String> names(String property) {
        return Arrays.stream(component.property(property).split(","))
                .map(String::strip)
                .filter(n -> !n.isEmpty())
                .toList();
    }

    private static void put(Map<String, ScriptHost.Given> variables, Cell cell, boolean writable) {
        ScriptHost.Given there = variables.get(cell.name());
        Object value = cell.value();
        variables.put(
                cell.name(),
                new ScriptHost.Given(
                        writable || there != null && there.writable(),
                        cell.type().word(),
                        value instanceof Table t ? ScriptHost.rows(t.columns(), t.rows()) : value));
    }

    private void introduce(ComponentFrames to, Map<String, ScriptHost.Given> given) throws IOException {
        to.line("name", component.name());
        for (Map.Entry<String, ScriptHost.Given> v : given.entrySet()) {
            to.variable(v.getKey(), v.getValue());
        }
        for (Component.Connection c : component.connections()) {
            String reference = c.reference().isBlank() ? c.managerRefId() : c.reference();
            ConnectionManager manager = wiring.around().connections().manager(reference);
            boolean file = manager.kind() == ConnectionKind.FILE || manager.kind() == ConnectionKind.FLAT_FILE;
            String text = file
                    ? wiring.around().connections().file(reference).toString()
                    : wiring.around().connections().text(reference);
            to.line("con", c.name(), manager.name(), manager.id(), manager.creationName(), text);
        }
        for (Map.Entry<Integer, String> e : ErrorTexts.ALL.entrySet()) {
            to.line("error", e.getKey().toString(), e.getValue());
        }
        for (Map.Entry<String, Integer> column : wiring.numbers().all().entrySet()) {
            to.line("column", column.getValue().toString(), column.getKey());
        }
        to.send('S');
    }

    private void end() {
        ScriptHost.Running running = process;
        if (running != null) {
            wiring.around().offStop(running::close);
            running.close();
        }
    }

    private interface Feeding {
        void run() throws IOException, InterruptedException;
    }

    /// Feeds the process on this thread while another sends on what it says.
    private void converse(Outputs out, Feeding feeding) throws IOException, SQLException, InterruptedException {
        ScriptHost.Running running = Objects.requireNonNull(process);
        ComponentFrames to = Objects.requireNonNull(frames);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread hearing = Thread.ofPlatform()
                .daemon()
                .name("data flow: " + component.name() + " (from the script)")
                .start(() -> {
                    try {
                        hear(to, out);
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                        running.close();
                    }
                });
        try {
            feeding.run();
            to.send('F');
            hearing.join();
        } catch (IOException e) {
            // The process is gone; the other thread knows why.
            hearing.join();
            failure.compareAndSet(null, e);
        } finally {
            running.close();
            hearing.interrupt();
            join(hearing);
        }
        raise(failure.get());
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void raise(@Nullable Throwable e) throws IOException, SQLException, InterruptedException {
        switch (e) {
            case null -> {}
            case ProblemException p -> throw p;
            case SQLException s -> throw s;
            case InterruptedException i -> throw i;
            case Error error -> throw error;
            case IOException io -> throw failed(SsisRunFaults.SCRIPT_FAILED, io.toString());
            case RuntimeException r -> throw r;
            default -> throw new IllegalStateException(e);
        }
    }

    private void feed(Inputs in) throws IOException, InterruptedException {
        ComponentFrames to = Objects.requireNonNull(frames);
        for (Inputs.Arrival a = in.nextOfAny(); a != null; a = in.nextOfAny()) {
            Buffer buffer = a.buffer();
            int[] places = places(a.input());
            int size = 8;
            for (int place : places) {
                size += ColumnFrames.size(buffer.vector(place), buffer.rows());
            }
            ByteBuffer content = ComponentFrames.content(size);
            content.putInt(a.input()).putInt(buffer.rows());
            for (int place : places) {
                ColumnFrames.put(content, buffer.vector(place), buffer.rows());
            }
            queues.sent.get(a.input()).add(buffer);
            to.send('B', content);
        }
        for (int i = 0; i < component.inputs().size(); i++) {
            to.send('E', i);
        }
    }

    private int[] places(int input) {
        return component.inputs().get(input).columns().stream()
                .mapToInt(c -> wiring.column(input, c.lineage()))
                .toArray();
    }

    /// Until the script has said that it is over.
    private void hear(ComponentFrames from, Outputs out) throws IOException, SQLException, InterruptedException {
        for (ComponentFrames.Frame f = from.next(); f != null; f = from.next()) {
            switch (f.kind()) {
                case 'T' -> {
                    if (said(f.fields())) {
                        return;
                    }
                }
                case 'R' -> passedOn(f.content(), out);
                case 'B' -> made(f.content(), out);
                default -> throw new IOException("an unknown frame came from the script");
            }
        }
        throw failed(
                SsisRunFaults.SCRIPT_FAILED, Objects.requireNonNull(process).ending());
    }

    /// @return whether it was the last word
    private boolean said(List<String> f) {
        switch (f.getFirst()) {
            case "end" -> {
                return true;
            }
            case "fail" -> throw failed(SsisRunFaults.SCRIPT_FAILED, f.get(1));
            case "set" -> {
                Object changed = ComponentFrames.value(f.get(2), f.get(3));
                wiring.around()
                        .call()
                        .scope()
                        .require(f.get(1))
                        .set(ScriptHost.table(changed)
                                .<Object>map(t -> new Table(t.columns(), t.rows()))
                                .orElse(changed));
            }
            case "print" -> wiring.around().information(f.get(1));
            case "error" -> wiring.around().error((int) Long.parseLong(f.get(1)), text(f));
            case "warning" -> wiring.around().warning((int) Long.parseLong(f.get(1)), text(f));
            case "progress" -> wiring.around().progress((int) Long.parseLong(f.get(1)), f.get(3));
            default -> wiring.around().information(text(f));
        }
        return false;
    }

    private static String text(List<String> f) {
        return f.get(2).isEmpty() ? f.get(3) : f.get(2) + ": " + f.get(3);
    }

    private void made(ByteBuffer content, Outputs out) throws IOException, SQLException, InterruptedException {
        int output = content.getInt();
        int rows = content.getInt();
        Layout layout = wiring.outputs().get(output);
        @Nullable Vector[] vectors = new Vector[layout.size()];
        for (Component.OutputColumn column : component.outputs().get(output).columns()) {
            int at = wiring.own(output, column);
            vectors[at] = ColumnFrames.take(content, layout.column(at), rows, wiring);
        }
        out.send(output, new Buffer(layout, vectors, rows));
    }

    /// What became of the rows of an input: they leave by the outputs that pass them on.
    private void passedOn(ByteBuffer content, Outputs out) throws IOException, SQLException, InterruptedException {
        int input = content.getInt();
        int rows = content.getInt();
        Buffer came = Objects.requireNonNull(queues.sent.get(input).poll(), "rows that were not sent");
        List<Integer> passing = ScriptClasses.passing(component, input);
        Map<Integer, byte[]> led = new LinkedHashMap<>();
        for (int o : passing) {
            if (component.outputs().get(o).exclusionGroup() != 0) {
                byte[] marks = new byte[rows];
                content.get(marks);
                led.put(o, marks);
            }
        }
        Map<Integer, Vector> changed = new LinkedHashMap<>();
        for (int place : places(input)) {
            Vector v = ColumnFrames.take(content, came.layout().column(place), rows, wiring);
            if (v != null) {
                changed.put(place, v);
            }
        }
        Map<Integer, List<@Nullable Vector>> added = new LinkedHashMap<>();
        for (int o : passing) {
            List<@Nullable Vector> own = new ArrayList<>();
            for (Component.OutputColumn column : component.outputs().get(o).columns()) {
                Column made = wiring.outputs().get(o).column(wiring.own(o, column));
                own.add(ColumnFrames.take(content, made, rows, wiring));
            }
            added.put(o, own);
        }
        for (int o : passing) {
            Buffer whole = whole(came, o, changed, added.getOrDefault(o, List.of()));
            byte[] marks = led.get(o);
            out.send(o, marks == null ? whole : chosen(whole, marks));
        }
    }

    private Buffer whole(Buffer came, int output, Map<Integer, Vector> changed, List<@Nullable Vector> added) {
        Layout layout = wiring.outputs().get(output);
        @Nullable Vector[] vectors = came.as(layout).vectors();
        changed.forEach((place, v) -> vectors[place] = v);
        List<Component.OutputColumn> own = component.outputs().get(output).columns();
        for (int i = 0; i < own.size(); i++) {
            vectors[wiring.own(output, own.get(i))] = added.get(i);
        }
        return new Buffer(layout, vectors, came.rows());
    }

    private static Buffer chosen(Buffer whole, byte[] marks) {
        int[] rows = new int[marks.length];
        int count = 0;
        for (int row = 0; row < marks.length; row++) {
            if (marks[row] != 0) {
                rows[count++] = row;
            }
        }
        return whole.select(whole.layout(), rows, count);
    }
}
