package dev.sluice.local;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.expression.Expressions;
import dev.sluice.local.factory.FactoryDocument;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Finding;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Validation;
import java.util.ArrayList;
import java.util.List;

/// What a service would refuse of a factory's documents: nothing of it runs before that is mended. What else may be
/// wrong is for [dev.sluice.local.check.FactoryCheck] to say.
final class RunnableFactory {
    private RunnableFactory() {}

    /// What could not be read or is not valid, each located by file and JSON pointer.
    static List<Problem> problems(FactorySource factory) {
        List<Problem> problems = new ArrayList<>();
        factory.findings().stream()
                .filter(f -> f.severity() == Finding.Severity.ERROR)
                .forEach(f -> problems.add(located(f)));
        for (FactoryDocument document : factory.documents()) {
            Validation.problems(document.document()).forEach(p -> problems.add(located(document.error(p))));
            DocumentKind kind = document.document().kind();
            // Not linked services: what looks like an expression there may be a password, and the problem quotes it.
            if (kind == DocumentKind.PIPELINE || kind == DocumentKind.DATASET) {
                try {
                    Expressions.check(document.document().properties().json(), "/properties");
                } catch (ProblemException e) {
                    problems.add(located(document.error(e.problem())));
                }
            }
        }
        return problems;
    }

    /// Names of a kind, for a message.
    static List<String> names(FactorySource factory, DocumentKind kind) {
        return factory.documents().stream()
                .filter(d -> d.document().kind() == kind)
                .map(d -> d.document().name())
                .sorted()
                .toList();
    }

    private static Problem located(Finding finding) {
        Problem p = finding.problem();
        String place = finding.pointer().isEmpty()
                ? finding.file() + " line " + finding.line() + ", column " + finding.column()
                : finding.file() + " " + finding.pointer();
        return new Problem(p.fault(), p.kind(), place, p.evidence());
    }
}
