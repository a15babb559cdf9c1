package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.Cell;
import dev.sluice.ssis.engine.control.Table;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.engine.script.ScriptHost;
import dev.sluice.ssis.packages.ConnectionManager;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Script Task: C#, compiled and run by Mono in a process of its own, where the owner of the machine allows it.
final class ScriptTask implements TaskRunner {
    private final PackageConnections connections;
    private final Allowed allowed;
    private final Supplier<Optional<ScriptHost>> host;

    ScriptTask(PackageConnections connections, Allowed allowed, Supplier<Optional<ScriptHost>> host) {
        this.connections = connections;
        this.allowed = allowed;
        this.host = host;
    }

    @Override
    public @Nullable Object run(TaskCall call) throws InterruptedException {
        ScriptSource source = ScriptSource.of(call.task());
        if (!allowed.scripts()) {
            throw new ProblemException(source.forbidden(call.task()));
        }
        if (!source.cSharp()) {
            throw new ProblemException(source.notRun(call.task()));
        }
        ScriptHost mono =
                host.get().orElseThrow(() -> failed(call, SsisRunFaults.SCRIPT_HOST_MISSING, source.language()));
        Heard heard = new Heard(call);
        try {
            ScriptHost.End end = mono.run(source.files(), given(call, source), heard);
            return switch (end) {
                case ScriptHost.End.Done(int result) -> {
                    if (result != 0) {
                        throw failed(call, SsisRunFaults.SCRIPT_FAILED, "it set Dts.TaskResult to failure");
                    }
                    yield heard.value.get();
                }
                case ScriptHost.End.Thrown(String text) -> throw failed(call, SsisRunFaults.SCRIPT_FAILED, text);
                case ScriptHost.End.NotCompiled(String errors) ->
                    throw failed(call, SsisRunFaults.SCRIPT_NOT_COMPILED, errors);
                case ScriptHost.End.TooLong(int seconds) ->
                    throw failed(call, SsisRunFaults.SCRIPT_FAILED, "it did not end within " + seconds + " s");
                case ScriptHost.End.Died(int exit, String output) ->
                    throw failed(
                            call,
                            SsisRunFaults.SCRIPT_FAILED,
                            "its process ended with exit code " + exit + " " + output);
            };
        } catch (IOException e) {
            throw failed(call, SsisRunFaults.SCRIPT_FAILED, e.toString());
        }
    }

    private static ProblemException failed(TaskCall call, Fault fault, String detail) {
        return fault.problem()
                .at(call.task().refId())
                .evidence("task", call.task().name())
                .evidence("detail", detail)
                .evidence("ssisCode", "0x00000001")
                .exception();
    }

    /// What it may see: the listed variables, those it locks itself, and the connections it names.
    private ScriptHost.Call given(TaskCall call, ScriptSource source) {
        Map<String, ScriptHost.Given> variables = new LinkedHashMap<>();
        source.reads().forEach(name -> put(variables, call.scope().require(name), false));
        source.writes().forEach(name -> put(variables, call.scope().require(name), true));
        source.locked()
                .forEach((name, write) -> call.scope().find(name).ifPresent(cell -> put(variables, cell, write)));
        List<ScriptHost.Reachable> reachable = new ArrayList<>();
        for (String name : source.connections()) {
            connections.find(name).ifPresent(manager -> reachable.add(reachable(call, manager)));
        }
        return new ScriptHost.Call(source.entryPoint(), variables, reachable);
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

    private ScriptHost.Reachable reachable(TaskCall call, ConnectionManager manager) {
        return new ScriptHost.Reachable(
                manager.name(), manager.id(), manager.creationName(), connections.text(manager, call.scope()));
    }

    /// Events go on at once; variables are set as the script's end tells them.
    private static final class Heard implements ScriptHost.Listener {
        private final TaskCall call;
        private final AtomicReference<@Nullable Object> value = new AtomicReference<>();

        Heard(TaskCall call) {
            this.call = call;
        }

        @Override
        public void event(ScriptHost.Kind kind, int code, String source, String description) {
            String text = source.isEmpty() ? description : source + ": " + description;
            switch (kind) {
                case ERROR -> call.events().error(code, text);
                case WARNING -> call.events().warning(code, text);
                case PROGRESS -> call.events().progress(code, description);
                case INFORMATION, LOG, PRINT -> call.events().information(text);
            }
        }

        @Override
        public void changed(String variable, @Nullable Object changed) {
            Object given = ScriptHost.table(changed)
                    .<Object>map(t -> new Table(t.columns(), t.rows()))
                    .orElse(changed);
            if (variable.isEmpty()) {
                value.set(given);
            } else {
                call.scope().require(variable).set(given);
            }
        }
    }
}
