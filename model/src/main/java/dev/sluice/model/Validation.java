package dev.sluice.model;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.trigger.Trigger;
import java.util.ArrayList;
import java.util.List;

/// Everything that is wrong with a document by itself, without looking at others: each problem located by JSON pointer,
/// all of them at once. What Data Factory accepts has none: expressions may stand wherever a value may, unknown
/// members and types pass.
public final class Validation {
    /// Most problems reported for one document.
    public static final int MAX_PROBLEMS = 100;

    private final List<Problem> problems = new ArrayList<>();

    private Validation() {}

    /// The problems of a document, in document order; empty when it may be saved.
    public static List<Problem> problems(Document document) {
        Validation validation = new Validation();
        validation.name(document.kind(), document.name(), "");
        validation.body(document);
        return List.copyOf(validation.problems);
    }

    private void body(Document document) {
        Place properties = document.properties();
        switch (document.kind()) {
            case FACTORY -> {
                check(() -> Factory.of(document));
                declarations(properties.member("globalParameters"));
            }
            case INTEGRATION_RUNTIME -> {
                if (object(properties)) {
                    check(() -> IntegrationRuntime.of(document).parallelPackages());
                }
            }
            case LINKED_SERVICE -> linkedService(properties);
            case DATASET -> dataset(properties);
            case PIPELINE -> pipeline(properties);
            case TRIGGER -> {
                if (object(properties)) {
                    check(() -> Trigger.of(document));
                }
            }
            case DATA_FLOW, CREDENTIAL -> {
                if (object(properties)) {
                    check(() -> properties.member("type").requiredText());
                }
            }
            case GLOBAL_PARAMETER, MANAGED_VIRTUAL_NETWORK, MANAGED_PRIVATE_ENDPOINT -> object(properties);
            case CHANGE_DATA_CAPTURE -> changeDataCapture(properties);
        }
    }

    private void linkedService(Place properties) {
        if (object(properties)) {
            check(() -> properties.member("type").requiredText());
            reference(properties.member("connectVia"));
            declarations(properties.member("parameters"));
        }
    }

    private void dataset(Place properties) {
        if (object(properties)) {
            check(() -> properties.member("type").requiredText());
            Place service = properties.member("linkedServiceName");
            if (service.present()) {
                reference(service);
            } else {
                add(service.missing());
            }
            declarations(properties.member("parameters"));
        }
    }

    private void changeDataCapture(Place properties) {
        if (object(properties)) {
            for (String list : List.of("sourceConnectionsInfo", "targetConnectionsInfo")) {
                check(() -> {
                    if (!properties.member(list).present()) {
                        throw properties.member(list).missing();
                    }
                    properties.member(list).items();
                });
            }
            if (!properties.member("policy").present()) {
                add(properties.member("policy").missing());
            }
        }
    }

    private void pipeline(Place properties) {
        if (!object(properties)) {
            return;
        }
        declarations(properties.member("parameters"));
        declarations(properties.member("variables"));
        check(() -> properties.member("concurrency").whole(1, Integer.MAX_VALUE));
        new ActivityValidation(this).pipeline(properties.member("activities"));
    }

    private void declarations(Place declarations) {
        check(() -> declarations
                .members()
                .values()
                .forEach(declared -> check(() -> {
                    Place type = declared.member("type");
                    if (type.present() && ValueType.of(type.requiredText()).isEmpty()) {
                        throw type.invalid("one of " + ValueType.words());
                    }
                })));
    }

    private void reference(Place place) {
        if (place.present()) {
            check(() -> Reference.of(place));
        }
    }

    private boolean object(Place place) {
        if (!place.present()) {
            add(place.missing());
        } else if (!place.json().isObject()) {
            add(place.invalid("an object"));
        }
        return place.json().isObject();
    }

    private void name(DocumentKind kind, String name, String pointer) {
        kind.nameProblem(name)
                .ifPresent(expected -> add(DocumentFaults.NAME_INVALID
                        .problem()
                        .at(pointer)
                        .evidence("name", name)
                        .evidence("object", kind.word())
                        .evidence("expected", expected)
                        .build()));
    }

    /// Runs a reading and keeps the problem it throws.
    void check(Runnable reading) {
        try {
            reading.run();
        } catch (ProblemException e) {
            add(e.problem());
        }
    }

    void add(ProblemException e) {
        add(e.problem());
    }

    void add(Problem problem) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(problem);
        }
    }
}
