package dev.sluice.local.deploy;

import dev.sluice.cli.client.ServiceException;
import dev.sluice.diagnosis.Problem;
import dev.sluice.local.factory.Finding;
import dev.sluice.model.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a deployment tells: the plan and the result on standard output, steps and problems on standard error.
final class DeployReport {
    enum Form {
        TABLE,
        JSON
    }

    static final int FAILED = 1;
    private static final int MOST_DIFFERENCES = 50;

    private final String factory;
    private final boolean whatIf;
    private final Form form;
    private final PrintWriter out;
    private final PrintWriter err;
    private boolean created;

    DeployReport(String factory, boolean whatIf, Form form, PrintWriter out, PrintWriter err) {
        this.factory = factory;
        this.whatIf = whatIf;
        this.form = form;
        this.out = out;
        this.err = err;
    }

    void findings(List<Finding> errors) {
        errors.forEach(f -> err.println(
                f.place() + ": error: " + f.message() + " [" + f.problem().code() + "]"));
        err.flush();
    }

    void plan(Plan plan, boolean isNew) {
        created = isNew;
        if (form == Form.JSON) {
            return;
        }
        if (isNew) {
            out.println("+ factory " + factory);
        }
        plan.changes().forEach(this::change);
        plan.stop().forEach(name -> out.println(". trigger " + name + " is stopped before"));
        plan.start().forEach(name -> out.println(". trigger " + name + " is started after"));
        out.flush();
    }

    private void change(Change change) {
        out.println(change.action().sign() + " " + change.kind().word() + " " + change.name()
                + (change.drift() == null ? "" : "  (" + change.drift() + " since the last deployment)"));
        change.differences().stream().limit(MOST_DIFFERENCES).forEach(d -> out.println("    " + d.line()));
        if (change.differences().size() > MOST_DIFFERENCES) {
            out.println("    … and " + (change.differences().size() - MOST_DIFFERENCES) + " more");
        }
    }

    void step(String line) {
        if (form == Form.TABLE) {
            err.println(line);
            err.flush();
        }
    }

    void refused(Plan plan, List<Problem> problems) {
        if (form == Form.JSON) {
            ObjectNode json = json(plan, "Refused");
            ArrayNode list = json.putArray("problems");
            problems.forEach(p -> list.add(problem(p)));
            out.println(Json.pretty(json));
        }
        for (Problem p : problems) {
            err.println("error: " + p.code() + ": " + p.message());
            p.resolution().forEach(step -> err.println("       → " + step));
        }
        err.println("nothing was changed in " + factory);
        out.flush();
        err.flush();
    }

    private static ObjectNode problem(Problem p) {
        ObjectNode json = Json.object();
        json.put("code", p.code());
        json.put("message", p.message());
        json.put("target", p.location());
        ArrayNode steps = json.putArray("resolution");
        p.resolution().forEach(steps::add);
        return json;
    }

    void whatIf(Plan plan) {
        if (form == Form.JSON) {
            out.println(Json.pretty(json(plan, "WhatIf")));
        } else {
            out.println(factory + ": " + counted(plan, "to create", "to change", "to delete"));
        }
        out.flush();
    }

    int end(Plan plan, Execution.Result result) {
        ServiceException failure = result.failure();
        if (form == Form.JSON) {
            ObjectNode json = json(plan, failure == null ? "Succeeded" : "Failed");
            ArrayNode done = json.putArray("done");
            result.done().forEach(c -> done.add(c.kind().folder() + "." + c.name()));
            ArrayNode stopped = json.putArray("leftStopped");
            result.stopped().forEach(stopped::add);
            if (failure != null) {
                json.putObject("error")
                        .put("code", failure.code())
                        .put("message", failure.getMessage())
                        .put("while", result.at());
            }
            out.println(Json.pretty(json));
        } else if (failure == null) {
            out.println(factory + ": " + counted(plan, "created", "changed", "deleted"));
        } else {
            out.println(factory + ": failed after " + result.done().size() + " of "
                    + plan.changes().size() + " changes");
        }
        if (failure != null) {
            err.println("error: " + failure.code() + " while " + result.at() + ": " + failure.getMessage());
            failure.hints().forEach(hint -> err.println("       " + hint));
            if (!result.stopped().isEmpty()) {
                err.println("       triggers left stopped: " + String.join(", ", result.stopped())
                        + "; the next deployment that succeeds starts them again");
            }
        }
        out.flush();
        err.flush();
        return failure == null ? 0 : FAILED;
    }

    private String counted(Plan plan, String creates, String changes, String deletes) {
        List<String> parts = new ArrayList<>();
        parts.add(plan.count(Change.Action.CREATE) + " " + creates);
        parts.add(plan.count(Change.Action.CHANGE) + " " + changes);
        parts.add(plan.count(Change.Action.DELETE) + " " + deletes);
        parts.add(plan.unchanged().size() + " unchanged");
        return String.join(", ", parts);
    }

    private ObjectNode json(Plan plan, String status) {
        ObjectNode json = Json.object();
        json.put("factory", factory);
        json.put("status", status);
        json.put("whatIf", whatIf);
        json.put("factoryIsNew", created);
        ArrayNode changes = json.putArray("changes");
        plan.changes().forEach(c -> changes.add(c.toJson()));
        json.put("unchanged", plan.unchanged().size());
        ArrayNode stop = json.putArray("stop");
        plan.stop().forEach(stop::add);
        ArrayNode start = json.putArray("start");
        plan.start().forEach(start::add);
        return json;
    }
}
