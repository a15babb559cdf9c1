package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Pipeline;
import dev.sluice.model.Validation;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// Pipelines that people wrote, run to their end with copies that always succeed, where a collection of
/// them lies beside the project: nothing is thrown, every run ends, every failure says where.
class CorpusRunTest {
    /// Steps after which a run is brought to its end by its timeouts.
    private static final int PATIENCE = 100;

    private static final Path CORPUS = Path.of("..", "..", "..", "shared", "corpus", "adf-dev");

    @Test
    void every_pipeline_of_the_collection_runs_to_an_end() throws IOException {
        if (!Files.isDirectory(CORPUS)) {
            System.err.println("SKIPPED: there is no collection of documents at " + CORPUS.toAbsolutePath());
        }
        assumeTrue(Files.isDirectory(CORPUS), "no collection of documents at " + CORPUS);
        int runs = 0;
        int jobs = 0;
        int inner = 0;
        Map<String, Integer> ends = new TreeMap<>();
        for (List<Document> factory : factories().values()) {
            for (Document document : factory) {
                if (document.kind() == DocumentKind.PIPELINE
                        && Validation.problems(document).isEmpty()) {
                    TestRun run = run(document, factory);
                    runs++;
                    jobs += (int) run.all.stream()
                            .filter(c -> c instanceof Command.StartJob)
                            .count();
                    inner += (int) (run.state.starts()
                            - run.state.activities().values().stream()
                                    .filter(a -> a.attempt() > 0)
                                    .count());
                    ends.merge(end(run), 1, Integer::sum);
                }
            }
        }
        assertThat(runs).isGreaterThan(400);
        assertThat(jobs).isGreaterThan(50);
        assertThat(inner).isGreaterThan(100);
        System.err.println(
                runs + " pipelines, " + jobs + " copies, " + inner + " activities inside containers: " + ends);
        assertThat(ends.getOrDefault("Succeeded", 0)).isGreaterThan(60);
    }

    /// How a run ended: for a failed one the code of the error that is behind it.
    private static String end(TestRun run) {
        if (run.state.status() == RunStatus.SUCCEEDED) {
            return "Succeeded";
        }
        return run.records.values().stream()
                .filter(r -> r.status() == ActivityRunStatus.FAILED
                        && !r.error().errorCode().equals("ActionFailed"))
                .map(r -> r.error().details().isEmpty()
                        ? r.error().errorCode()
                        : r.error().details().getFirst().code())
                .findFirst()
                .orElse("an inactive activity");
    }

    /// The next timer that is due; after a while any, so that an Until whose condition stays false comes to its
    /// timeout.
    private static String timer(TestRun run, int step) {
        return step > PATIENCE
                ? run.timers.keySet().iterator().next()
                : run.timers.entrySet().stream()
                        .min(Map.Entry.comparingByValue())
                        .orElseThrow()
                        .getKey();
    }

    private static TestRun run(Document document, List<Document> factory) {
        TestRun run = TestRun.of(document, Json.write(arguments(document)), factory);
        run.begin();
        for (int step = 0; !run.state.status().ended(); step++) {
            assertThat(step).as(document.name()).isLessThan(1_000);
            var busy = run.state.activities().entrySet().stream()
                    .filter(e -> e.getValue().status() == ActivityStatus.QUEUED)
                    .findFirst();
            if (busy.isPresent() && step <= PATIENCE) {
                run.ended(busy.get().getKey(), busy.get().getValue().attempt(), TestRun.success());
            } else {
                run.fire(timer(run, step));
            }
        }
        run.state.activities().forEach((name, activity) -> {
            if (activity.status() == ActivityStatus.FAILED && activity.error() != null) {
                assertThat(activity.error().message())
                        .as(document.name() + " " + name)
                        .isNotEmpty();
            }
        });
        assertThat(RunState.fromJson(Json.bytes(run.state.toJson()))).isEqualTo(run.state);
        return run;
    }

    /// A value for every parameter that has no default.
    private static ObjectNode arguments(Document document) {
        ObjectNode arguments = Json.object();
        Pipeline.of(document).parameters().forEach((name, parameter) -> {
            if (parameter.defaultValue() == null
                    || parameter.type().coerce(parameter.defaultValue()).isEmpty()) {
                arguments.set(
                        name,
                        switch (parameter.type()) {
                            case STRING, SECURE_STRING -> Json.text("x");
                            case INT, FLOAT -> Json.parse("1");
                            case BOOL -> Json.parse("true");
                            case ARRAY -> Json.parse("[\"x\",\"y\"]");
                            case OBJECT -> Json.object();
                        });
            }
        });
        return arguments;
    }

    private static Map<String, List<Document>> factories() throws IOException {
        Map<String, List<Document>> factories = new HashMap<>();
        try (Stream<Path> walk = Files.walk(CORPUS)) {
            for (Path file :
                    walk.filter(p -> p.toString().endsWith(".json")).sorted().toList()) {
                DocumentKind kind = kind(file);
                byte[] text = Files.readAllBytes(file);
                if (kind != null && Json.parse(text).has("properties")) {
                    String stem = file.getFileName().toString().replaceFirst("\\.json$", "");
                    factories
                            .computeIfAbsent(file.getParent().getParent().toString(), f -> new ArrayList<>())
                            .add(Document.parseFile(kind, stem, text));
                }
            }
        }
        return factories;
    }

    private static DocumentKind kind(Path file) {
        String folder = file.getParent().getFileName().toString().toLowerCase(Locale.ROOT);
        return Stream.of(
                        DocumentKind.PIPELINE,
                        DocumentKind.DATASET,
                        DocumentKind.LINKED_SERVICE,
                        DocumentKind.INTEGRATION_RUNTIME)
                .filter(k -> k.folder().toLowerCase(Locale.ROOT).equals(folder))
                .findFirst()
                .orElse(null);
    }
}
