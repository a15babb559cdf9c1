package dev.sluice.local.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a deployment decides to do.
class PlanningTest {
    private static final Selection ALL = new Selection(List.of(), List.of());

    private static Document document(DocumentKind kind, String name, String properties) {
        return new Document(kind, name, Json.parseObject("{\"properties\":" + properties + "}"));
    }

    private static Document pipeline(String name, String calls) {
        String activities = calls.isEmpty()
                ? "{\"name\":\"W\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":1}}"
                : """
                  {"name":"E","type":"ExecutePipeline","typeProperties":{"pipeline":{"referenceName":"%s","type":"PipelineReference"}}}""".formatted(calls);
        return document(DocumentKind.PIPELINE, name, "{\"activities\":[" + activities + "]}");
    }

    private static Document trigger(String name, String pipeline, String more) {
        return document(DocumentKind.TRIGGER, name, """
                {"type":"ScheduleTrigger"%s,"pipelines":[{"pipelineReference":{"referenceName":"%s","type":"PipelineReference"}}]}""".formatted(more, pipeline));
    }

    private static Resource there(Document document) {
        return new Resource(document, "e", false);
    }

    private static Deployed left(Resource... resources) {
        Map<String, String> digests = new LinkedHashMap<>();
        for (Resource r : resources) {
            digests.put(r.key(), Content.digest(Content.of(r.document())));
        }
        return new Deployed(true, digests, Set.of());
    }

    private static Plan plan(List<Document> wanted, List<Resource> there, Deployed last) {
        return Planning.plan(wanted, there, last, new Planning.Wish(ALL, true, false, Planning.Triggers.AS_GIVEN));
    }

    private static List<String> names(Plan plan) {
        return plan.changes().stream().map(c -> c.action().sign() + c.name()).toList();
    }

    @Test
    void what_is_referred_to_comes_first_and_is_deleted_last() {
        List<Document> chain = List.of(pipeline("A", "B"), pipeline("B", "C"), pipeline("C", ""));
        assertThat(names(plan(chain, List.of(), Deployed.none()))).containsExactly("+C", "+B", "+A");
        List<Resource> resources = chain.stream().map(PlanningTest::there).toList();
        assertThat(names(plan(List.of(), resources, Deployed.none()))).containsExactly("-A", "-B", "-C");
    }

    @Test
    void what_means_the_same_is_unchanged() {
        Document stored = document(DocumentKind.PIPELINE, "P", """
                {"activities":[{"name":"A","type":"Wait","dependsOn":[],"typeProperties":{"waitTimeInSeconds":1.0}},
                  {"name":"B","type":"Wait","dependsOn":[{"activity":"A","dependencyConditions":["Succeeded"]}],
                   "typeProperties":{"waitTimeInSeconds":2}}],"annotations":[],"description":null}""");
        Document written = document(DocumentKind.PIPELINE, "p", """
                {"Activities":[{"type":"Wait","name":"B","typeProperties":{"waitTimeInSeconds":2},
                   "dependsOn":[{"dependencyConditions":["Succeeded"],"activity":"A"}]},
                  {"name":"A","type":"Wait","typeProperties":{"waitTimeInSeconds":1}}]}""");
        Plan plan = plan(List.of(written), List.of(there(stored)), Deployed.none());
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.unchanged()).hasSize(1);
    }

    @Test
    void an_empty_default_is_not_the_same_as_none() {
        Document stored = document(DocumentKind.PIPELINE, "P", """
                {"activities":[],"variables":{"v":{"type":"Array"}}}""");
        Document written = document(DocumentKind.PIPELINE, "P", """
                {"activities":[],"variables":{"v":{"type":"Array","defaultValue":[]}}}""");
        assertThat(plan(List.of(written), List.of(there(stored)), Deployed.none())
                        .changes()
                        .getFirst()
                        .differences())
                .extracting(Difference::line)
                .containsExactly("variables.v.defaultValue: + []");
    }

    @Test
    void drift_is_what_differs_from_what_was_left() {
        Resource one = there(pipeline("One", ""));
        Resource other = there(pipeline("Other", "One"));
        Document now = document(DocumentKind.PIPELINE, "One", "{\"activities\":[],\"description\":\"new\"}");
        assertThat(plan(List.of(now, other.document()), List.of(one, other), left(one, other))
                        .drift())
                .isEmpty();
        assertThat(plan(List.of(now, other.document()), List.of(one, other), left(there(now), other))
                        .drift())
                .extracting(Change::drift)
                .containsExactly("changed in the service");
        assertThat(plan(List.of(now), List.of(one), left()).drift())
                .extracting(Change::drift)
                .containsExactly("made in the service, not by a deployment");
        assertThat(plan(List.of(now), List.of(), left(one)).drift())
                .extracting(Change::drift)
                .containsExactly("deleted in the service");
        assertThat(plan(List.of(now), List.of(one), Deployed.none()).drift()).isEmpty();
    }

    @Test
    void a_trigger_is_stopped_when_anything_it_leads_to_changes() {
        Document inner = pipeline("Inner", "");
        Document outer = pipeline("Outer", "Inner");
        Document apart = pipeline("Apart", "");
        Resource reaching = new Resource(trigger("T", "Outer", ""), "e", true);
        Resource other = new Resource(trigger("U", "Apart", ""), "e", true);
        Document changed = document(DocumentKind.PIPELINE, "Inner", "{\"activities\":[]}");
        List<Document> wanted = List.of(changed, outer, apart, reaching.document(), other.document());
        Plan plan = plan(wanted, List.of(there(inner), there(outer), there(apart), reaching, other), Deployed.none());
        assertThat(plan.stop()).containsExactly("T");
        assertThat(plan.start()).containsExactly("T");
    }

    @Test
    void a_trigger_is_left_as_its_document_says_and_else_as_before() {
        Document p = pipeline("P", "");
        Resource running = new Resource(trigger("Running", "P", ""), "e", true);
        List<Document> wanted = new ArrayList<>(List.of(
                p,
                trigger("Running", "P", ",\"runtimeState\":\"Stopped\""),
                trigger("New", "P", ",\"runtimeState\":\"Started\""),
                trigger("Silent", "P", "")));
        Plan plan = plan(wanted, List.of(there(p), running), Deployed.none());
        assertThat(plan.stop()).containsExactly("Running");
        assertThat(plan.start()).containsExactly("New");
        Deployed interrupted = new Deployed(true, left(there(p)).digests(), Set.of("Silent"));
        Plan next = plan(
                List.of(p, trigger("Silent", "P", "")),
                List.of(there(p), there(trigger("Silent", "P", ""))),
                interrupted);
        assertThat(next.start()).containsExactly("Silent");
    }

    @Test
    void references_that_would_lead_nowhere_are_problems() {
        Resource called = there(pipeline("Called", ""));
        Resource caller = there(pipeline("Caller", "Called"));
        assertThat(plan(List.of(caller.document()), List.of(called, caller), Deployed.none())
                        .problems())
                .extracting(p -> p.code() + " " + p.evidence().get("target"))
                .containsExactly("DeployReferenceOpen pipeline 'Called'");
        assertThat(plan(List.of(pipeline("X", "Nowhere")), List.of(), Deployed.none())
                        .problems())
                .hasSize(1);
    }

    @Test
    void secrets_of_the_service_are_kept_and_never_a_difference() {
        Document stored = document(DocumentKind.LINKED_SERVICE, "L", """
                {"type":"SqlServer","typeProperties":{"connectionString":"Server=s;Password=**********;Database=d",
                 "password":{"type":"SecureString","value":"**********"},"server":"s"}}""");
        Document written = document(DocumentKind.LINKED_SERVICE, "L", """
                {"type":"SqlServer","typeProperties":{"connectionString":"Server=s;Database=d","server":"s"}}""");
        Plan same = plan(List.of(written), List.of(there(stored)), Deployed.none());
        assertThat(same.changes()).isEmpty();
        Document other = document(DocumentKind.LINKED_SERVICE, "L", """
                {"type":"SqlServer","typeProperties":{"connectionString":"Server=s;Password=hunter2;Database=d","server":"t"}}""");
        Change change = plan(List.of(other), List.of(there(stored)), Deployed.none())
                .changes()
                .getFirst();
        assertThat(change.differences())
                .extracting(Difference::line)
                .containsExactly("typeProperties.server: \"s\" → \"t\"");
        assertThat(Json.write(change.toJson())).doesNotContain("hunter2");
        assertThat(change.document()
                        .typeProperties()
                        .member("password")
                        .json()
                        .path("value")
                        .asString())
                .isEqualTo("**********");
        assertThat(change.kept()).containsExactly("/properties/typeProperties/password");
        // What is given is sent.
        assertThat(change.document()
                        .typeProperties()
                        .member("connectionString")
                        .json()
                        .asString())
                .contains("hunter2");
    }

    @Test
    void a_mask_that_stands_for_nothing_is_a_problem() {
        Document written = document(DocumentKind.LINKED_SERVICE, "L", """
                {"type":"SqlServer","typeProperties":{"password":{"type":"SecureString","value":"**********"}}}""");
        assertThat(plan(List.of(written), List.of(), Deployed.none()).problems())
                .extracting(p -> p.code() + " " + p.location())
                .containsExactly("DeploySecretMissing /properties/typeProperties/password");
    }

    @Test
    void selections_name_types_and_names() {
        Selection selection = new Selection(List.of("pipeline.Copy*", "trigger.*"), List.of("*.Copy?"));
        assertThat(selection.covers(DocumentKind.PIPELINE, "copyOrders")).isTrue();
        assertThat(selection.covers(DocumentKind.PIPELINE, "Copy1")).isFalse();
        assertThat(selection.covers(DocumentKind.DATASET, "CopyOrders")).isFalse();
        assertThat(selection.covers(DocumentKind.TRIGGER, "Daily")).isTrue();
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new Selection(List.of("pipelines"), List.of()))
                .hasMessageContaining("is not TYPE.NAME");
    }
}
