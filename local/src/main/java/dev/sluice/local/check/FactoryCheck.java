package dev.sluice.local.check;

import dev.sluice.diagnosis.FolderFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.local.factory.FactoryDocument;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Finding;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.UnknownMembers;
import dev.sluice.model.Validation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Everything there is to say about a factory. Pure.
public final class FactoryCheck {
    /// Most findings kept for one factory.
    public static final int MAX_FINDINGS = 5_000;

    private FactoryCheck() {}

    /// What was not readable, and what is wrong or doubtful in what was; in the order of files and places.
    public static List<Finding> of(FactorySource factory) {
        List<Finding> found = new ArrayList<>(factory.findings());
        names(factory, found);
        ReferenceCheck references = new ReferenceCheck(factory);
        for (FactoryDocument document : factory.documents()) {
            Validation.problems(document.document()).stream()
                    .filter(p -> !open(document, p))
                    .forEach(p -> found.add(document.error(p)));
            UnknownMembers.of(document.document()).forEach(p -> found.add(document.warning(p)));
            references.check(document, found);
            DefaultCheck.check(document, found);
            new ExpressionCheck(factory, document, found).check();
        }
        references.cycles(found);
        return found.stream()
                .distinct()
                .sorted(Finding.ORDER)
                .limit(MAX_FINDINGS)
                .toList();
    }

    /// Whether it is about a parameter of a template that has no value: nothing is known about it then.
    private static boolean open(FactoryDocument document, Problem problem) {
        boolean read = problem.evidence().getOrDefault("value", "").startsWith("\"[");
        JsonNode place = problem.location().startsWith("/")
                ? document.document().json().at(problem.location())
                : MissingNode.getInstance();
        return !document.alone()
                && (read || (place.isString() && place.stringValue().startsWith("[")));
    }

    private static void names(FactorySource factory, List<Finding> found) {
        Map<String, FactoryDocument> byName = new HashMap<>();
        for (FactoryDocument document : factory.documents()) {
            Document read = document.document();
            String key = read.kind() + "/" + read.name().toLowerCase(Locale.ROOT);
            FactoryDocument other = byName.putIfAbsent(key, document);
            if (other != null && factory.whole()) {
                found.add(document.error(FolderFaults.NAME_TWICE
                        .problem()
                        .at("/name")
                        .evidence("object", read.kind().word())
                        .evidence("name", read.name())
                        .evidence("other", other.file().shown())
                        .build()));
            }
            if (document.alone() && factory.whole() && read.kind() != DocumentKind.FACTORY) {
                fileName(document, found);
            }
        }
    }

    private static void fileName(FactoryDocument document, List<Finding> found) {
        String file = document.file().path().getFileName().toString();
        String name = document.document().name();
        boolean named = document.document().json().has("name");
        if (named && !file.equalsIgnoreCase(name + ".json")) {
            found.add(document.warning(FolderFaults.FILE_NAME_DIFFERS
                    .problem()
                    .at("/name")
                    .evidence("file", file)
                    .evidence("object", document.document().kind().word())
                    .evidence("name", name)
                    .build()));
        }
    }
}
