package dev.sluice.local.spec;

import dev.sluice.diagnosis.FolderFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.TimeSpan;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A file of tests, as written.
///
/// @param name of the file, relative to the folder
/// @param tree the file
/// @param cases in their order
record TestFile(String name, YamlTree tree, List<Case> cases) {
    private static final Set<String> MEMBERS = names("pipeline", "tests", "now", "stubs", "globalParameters");
    private static final Set<String> OF_CASES = names(
            "name",
            "pipeline",
            "parameters",
            "variables",
            "globalParameters",
            "trigger",
            "now",
            "stubs",
            "expect",
            "cancelAfter");
    private static final Set<String> OF_TRIGGERS =
            names("type", "name", "time", "scheduledTime", "startTime", "outputs");
    private static final Set<String> OF_ANSWERS = names("output", "error", "takes", "hangs", "attempt", "iteration");
    private static final Set<String> OF_EXPECTATIONS =
            names("status", "message", "variables", "returnValue", "ran", "order", "skipped", "activities", "elapsed");

    /// What utcNow() begins with where a test does not say: the same on every machine and every day.
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    /// One test.
    ///
    /// @param pointer where it stands in the file
    /// @param cancelAfter when somebody cancels the run; null for never
    record Case(
            String name,
            String pipeline,
            String pointer,
            ObjectNode parameters,
            ObjectNode variables,
            ObjectNode globalParameters,
            ObjectNode trigger,
            Instant now,
            Stubs stubs,
            Place expect,
            @Nullable Duration cancelAfter) {}

    static TestFile parse(String name, String text) {
        YamlTree tree = YamlTree.parse(name, text);
        try {
            return new TestFile(name, tree, cases(Place.root(tree.json())));
        } catch (ProblemException e) {
            // The pointer says where, but lines are what people look for.
            var problem = e.problem();
            if (!problem.location().startsWith("/")) {
                throw e;
            }
            throw new ProblemException(
                    new dev.sluice.diagnosis.Problem(
                            problem.fault(), problem.kind(), tree.place(problem.location()), problem.evidence()),
                    e);
        }
    }

    private static List<Case> cases(Place root) {
        known(root, MEMBERS, "a file of tests");
        List<Case> cases = new ArrayList<>();
        Set<String> taken = new TreeSet<>();
        for (Place test : root.member("tests").items()) {
            known(test, OF_CASES, "a test");
            Place name = test.member("name");
            if (!taken.add(name.requiredText())) {
                throw name.invalid("a name that no other test in this file has");
            }
            Place pipeline = test.member("pipeline").present() ? test.member("pipeline") : root.member("pipeline");
            known(test.member("trigger"), OF_TRIGGERS, "a trigger");
            known(test.member("expect"), OF_EXPECTATIONS, "what is expected");
            Place after = test.member("cancelAfter");
            cases.add(new Case(
                    name.requiredText(),
                    pipeline.requiredText(),
                    test.pointer(),
                    object(test.member("parameters")),
                    object(test.member("variables")),
                    merged(root.member("globalParameters"), test.member("globalParameters")),
                    object(test.member("trigger")),
                    now(test.member("now").present() ? test.member("now") : root.member("now")),
                    stubs(root.member("stubs"), test.member("stubs")),
                    test.member("expect"),
                    after.present() ? span(after) : null));
        }
        if (cases.isEmpty()) {
            throw root.member("tests").missing();
        }
        return cases;
    }

    static Duration span(Place place) {
        return TimeSpan.parse(place.json().asString(""))
                .orElseThrow(() -> place.invalid("a time span such as 01:00:00 (hours:minutes:seconds)"));
    }

    private static Instant now(Place place) {
        try {
            return place.present() ? Instant.parse(place.json().asString("")) : BEGINNING;
        } catch (DateTimeParseException e) {
            throw place.invalid("a time such as 2026-01-31T06:00:00Z");
        }
    }

    private static Stubs stubs(Place shared, Place own) {
        Map<String, List<Stubs.Answer>> answers = new LinkedHashMap<>();
        own.members().forEach((path, place) -> answers.put(path, answers(place)));
        shared.members().forEach((path, place) -> answers.putIfAbsent(path, answers(place)));
        return new Stubs(answers);
    }

    private static List<Stubs.Answer> answers(Place place) {
        if (place.json().isArray()) {
            return place.items().stream().map(TestFile::answer).toList();
        }
        return List.of(answer(place));
    }

    private static Stubs.Answer answer(Place place) {
        known(place, OF_ANSWERS, "a stub");
        Place error = place.member("error");
        Place attempt = place.member("attempt");
        Place iteration = place.member("iteration");
        return new Stubs.Answer(
                place.member("output").present() ? object(place.member("output")) : Json.object(),
                error.present() ? failure(error) : null,
                place.member("takes").present() ? span(place.member("takes")) : Duration.ZERO,
                place.member("hangs").flag().orElse(false),
                attempt.present() ? (int) attempt.whole(1, 10_000).orElse(1) : -1,
                iteration.present() ? (int) iteration.whole(0, 1_000_000).orElse(0) : -1);
    }

    /// `error: {code: "2200", message: …, type: UserError}`, or only the message.
    private static Stubs.Failure failure(Place error) {
        if (error.json().isString()) {
            return new Stubs.Failure("StubbedFailure", error.json().stringValue(), "UserError");
        }
        Place code = error.member("code");
        return new Stubs.Failure(
                code.present() ? code.json().asString("") : "StubbedFailure",
                error.member("message").requiredText(),
                error.member("type").text().orElse("UserError"));
    }

    private static ObjectNode merged(Place shared, Place own) {
        ObjectNode all = object(shared).deepCopy();
        all.setAll(object(own));
        return all;
    }

    private static ObjectNode object(Place place) {
        if (!place.present()) {
            return Json.object();
        }
        if (place.json() instanceof ObjectNode object) {
            return object;
        }
        throw place.invalid("a mapping");
    }

    private static void known(Place place, Set<String> names, String object) {
        if (place.present() && !place.json().isObject()) {
            throw place.invalid("a mapping");
        }
        place.members().forEach((name, value) -> {
            if (!names.contains(name)) {
                throw FolderFaults.TEST_MEMBER_UNKNOWN
                        .problem()
                        .at(value.pointer())
                        .evidence("member", name)
                        .evidence("object", object)
                        .evidence("existing", String.join(", ", names))
                        .exception();
            }
        });
    }

    private static Set<String> names(String... names) {
        return new TreeSet<>(List.of(names));
    }
}
