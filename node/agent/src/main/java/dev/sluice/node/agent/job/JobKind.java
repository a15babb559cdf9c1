package dev.sluice.node.agent.job;

import java.util.Arrays;
import java.util.Optional;

/// The kinds of jobs this version can run; [JobRunner] has one branch for each.
public enum JobKind {
    /// Copy activity: data from a source to a sink.
    COPY("Copy");

    private final String typeName;

    JobKind(String typeName) {
        this.typeName = typeName;
    }

    /// The activity's type as Data Factory spells it.
    public String typeName() {
        return typeName;
    }

    /// The kind of that name, in any case.
    public static Optional<JobKind> named(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.typeName.equalsIgnoreCase(name))
                .findFirst();
    }

    static String supported() {
        return String.join(", ", Arrays.stream(values()).map(JobKind::typeName).toList());
    }
}
