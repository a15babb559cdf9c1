package dev.sluice.ssis.engine.assess;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.assess.Assessment.Finding;
import dev.sluice.ssis.engine.assess.Assessment.Weight;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.dataflow.Components;
import dev.sluice.ssis.engine.tasks.BuiltInTasks;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.Enumerator;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.ExecutableKind;
import dev.sluice.ssis.packages.Pipeline;
import dev.sluice.ssis.packages.SsisPackage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Goes through one package. What is disabled is passed over, as it is when the package runs.
final class Inspection {
    private final SsisPackage definition;
    private final List<ConnectionManager> project;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<ConnectionManager> used = new LinkedHashSet<>();

    Inspection(SsisPackage definition, List<ConnectionManager> project) {
        this.definition = definition;
        this.project = project;
    }

    List<Finding> findings() {
        for (Problem p : definition.problems()) {
            findings.add(Finding.of(p.location(), "Package", p, Weight.SETTING));
        }
        executable(definition.root());
        used.forEach(this::connection);
        return findings;
    }

    private void executable(Executable e) {
        if (e.disabled()) {
            return;
        }
        ExecutableKind kind = e.kind();
        if (!kind.container()) {
            task(e);
        }
        Enumerator enumerator = e.enumerator();
        if (kind == ExecutableKind.FOREACH_LOOP && enumerator != null && !BuiltInTasks.goesThrough(enumerator.kind())) {
            findings.add(Finding.of(
                    e.refId(),
                    "Foreach Loop Container",
                    SsisFaults.LOOP_INVALID
                            .problem()
                            .evidence("loop", e.name())
                            .evidence("detail", "its enumerator '" + enumerator.creationName() + "' cannot be run here")
                            .build(),
                    Weight.OBSTACLE));
        }
        e.children().forEach(this::executable);
        e.handlers().forEach(h -> executable(h.body()));
    }

    private void task(Executable e) {
        String type =
                e.kind() == ExecutableKind.UNKNOWN ? e.creationName() : e.kind().title();
        Optional<Problem> script = BuiltInTasks.scriptProblem(e);
        if (script.isPresent()) {
            findings.add(Finding.of(
                    e.refId(), type, script.get(), BuiltInTasks.runsScript(e) ? Weight.SCRIPT : Weight.OBSTACLE));
        } else if (!BuiltInTasks.runs(e.kind())) {
            findings.add(Assessment.unsupportedTask(e.refId(), e.name(), type, BuiltInTasks.adviceFor(e.kind())));
        } else if (e.kind() == ExecutableKind.EXECUTE_PROCESS) {
            findings.add(Finding.of(
                    e.refId(),
                    type,
                    SsisRunFaults.PROCESS_FORBIDDEN
                            .problem()
                            .evidence("task", e.name())
                            .build(),
                    Weight.SETTING));
        }
        references(e);
        Pipeline pipeline = e.pipeline();
        if (pipeline != null) {
            pipeline.components().forEach(this::component);
        }
    }

    private void component(Component c) {
        Optional<Problem> script = Components.script(c);
        if (script.isPresent()) {
            findings.add(Finding.of(
                    c.id(), c.typeName(), script.get(), Components.runsScript(c) ? Weight.SCRIPT : Weight.OBSTACLE));
        } else if (!Components.runs(c.kind())) {
            findings.add(
                    Finding.of(c.id(), c.typeName(), Components.unsupported(c).problem(), Weight.OBSTACLE));
        }
        for (Component.Connection connection : c.connections()) {
            String reference = connection.reference().isEmpty() ? connection.managerRefId() : connection.reference();
            if (reference.isEmpty()) {
                continue;
            }
            definition
                    .connection(reference, project)
                    .or(() -> definition.connection(connection.managerRefId(), project))
                    .ifPresentOrElse(
                            used::add, () -> missing(c.id(), c.typeName(), reference, "component '" + c.name() + "'"));
        }
    }

    /// I05: who refers to which connection that is not there.
    private void missing(String object, String type, String reference, String user) {
        findings.add(Finding.of(
                object,
                type,
                SsisFaults.CONNECTION_MISSING
                        .problem()
                        .evidence("connection", reference)
                        .evidence("user", user)
                        .build(),
                Weight.OBSTACLE));
    }

    /// Connections that a task's payload names.
    private void references(Executable e) {
        Element payload = e.payload();
        if (payload == null || !BuiltInTasks.runs(e.kind())) {
            return;
        }
        for (String attribute : List.of(
                "Connection", "ConnectionName", "SMTPServer", "DestinationConnectionName", "SourceConnectionName")) {
            String reference = payload.attribute(attribute)
                    .or(() -> payload.child(attribute).map(Element::text))
                    .orElse("");
            if (!reference.isBlank() && !e.expressions().containsKey(attribute)) {
                definition
                        .connection(reference, project)
                        .ifPresentOrElse(
                                used::add,
                                () -> missing(e.refId(), e.kind().title(), reference, "task '" + e.name() + "'"));
            }
        }
    }

    private void connection(ConnectionManager manager) {
        if (!PackageConnections.database(manager.kind())) {
            return;
        }
        PackageConnections.lacking(manager)
                .ifPresent(p -> findings.add(Finding.of(manager.refId(), "Connection manager", p, Weight.SETTING)));
    }
}
