package dev.sluice.ssis.packages;

import java.util.TreeMap;

/// A package as text, everything that the records hold, so that a change of what is read is seen.
final class Summary {
    private final StringBuilder out = new StringBuilder();

    static String of(SsisPackage p) {
        Summary summary = new Summary();
        summary.line(
                0, "package '%s' format %d product '%s' %s", p.name(), p.formatVersion(), p.product(), p.protection());
        p.connectionManagers().forEach(summary::connection);
        p.parameters().forEach(x -> summary.line(1, "parameter %s required=%s", x, x.required()));
        p.configurations().forEach(x -> summary.line(1, "configuration %d '%s'", x.type(), x.string()));
        p.logProviders().forEach(x -> summary.line(1, "log %s to '%s'", x.creationName(), x.connection()));
        summary.executable(1, p.root());
        p.problems().forEach(x -> summary.line(0, "problem %s", x));
        return summary.out.toString();
    }

    private void connection(ConnectionManager c) {
        line(
                1,
                "connection %s %s %s '%s' %s",
                c.refId(),
                c.id(),
                c.kind(),
                c.connectionString(),
                new TreeMap<>(c.expressions()));
    }

    private void executable(int depth, Executable e) {
        line(depth, "%s %s %s%s", e.kind(), e.refId(), e.id(), e.disabled() ? " disabled" : "");
        e.variables()
                .forEach(v -> line(
                        depth + 1,
                        "variable %s %s = %s%s%s",
                        v.qualifiedName(),
                        v.type(),
                        v.value(),
                        v.evaluated() ? " <- " + v.expression() : "",
                        v.readOnly() ? " read-only" : ""));
        Enumerator loop = e.enumerator();
        if (loop != null) {
            line(
                    depth + 1,
                    "enumerates %s %s into %s",
                    loop.kind(),
                    new TreeMap<>(loop.expressions()),
                    loop.mappings());
        }
        Pipeline flow = e.pipeline();
        if (flow != null) {
            flow.components().forEach(c -> component(depth + 1, c));
            flow.paths().forEach(x -> line(depth + 1, "path %s -> %s", x.start(), x.end()));
        } else if (e.payload() != null) {
            line(
                    depth + 1,
                    "payload %s %s",
                    e.payload().name(),
                    new TreeMap<>(e.payload().attributes()));
        }
        e.children().forEach(c -> executable(depth + 1, c));
        e.constraints()
                .forEach(c -> line(
                        depth + 1,
                        "%s -> %s %s %s '%s' and=%s",
                        c.from(),
                        c.to(),
                        c.evaluation(),
                        c.outcome(),
                        c.expression(),
                        c.and()));
        e.handlers().forEach(h -> {
            line(depth + 1, "on %s", h.event());
            executable(depth + 2, h.body());
        });
        e.others().forEach(x -> line(depth + 1, "unknown <%s> %s", x.name(), x.attributes()));
    }

    private void component(int depth, Component c) {
        line(depth, "%s '%s' (%s)", c.kind(), c.name(), c.typeName());
        c.properties()
                .values()
                .forEach(x -> line(depth + 1, "%s = %s", x.name(), x.items().isEmpty() ? x.text() : x.items()));
        c.connections().forEach(x -> line(depth + 1, "uses %s", x.reference()));
        c.inputs().forEach(i -> {
            line(depth + 1, "input %s", i.id());
            i.columns()
                    .forEach(
                            x -> line(depth + 2, "%s %s%s", x.lineage(), x.type(), x.readWrite() ? " read-write" : ""));
        });
        c.outputs().forEach(o -> {
            line(depth + 1, "output %s%s sync='%s'", o.id(), o.error() ? " error" : "", o.synchronousInput());
            o.columns()
                    .forEach(x -> line(
                            depth + 2,
                            "%s %s %s %s/%s",
                            x.lineage(),
                            x.name(),
                            x.type(),
                            x.onError(),
                            x.onTruncation()));
        });
        c.others().forEach(x -> line(depth + 1, "unknown <%s>", x.name()));
    }

    private void line(int depth, String form, Object... values) {
        out.append("  ".repeat(depth)).append(String.format(form, values)).append('\n');
    }
}
