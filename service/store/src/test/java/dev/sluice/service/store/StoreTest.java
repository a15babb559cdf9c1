package dev.sluice.service.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.InvokedBy;
import dev.sluice.model.run.Operand;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.RunStatus;
import dev.sluice.service.store.RunTransition.Ending;
import dev.sluice.service.store.RunTransition.NewJob;
import dev.sluice.service.store.RunTransition.Result;
import dev.sluice.wire.JobRef;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What every database must do alike.
@ParameterizedClass
@EnumSource(Databases.class)
class StoreTest {
    static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");
    static final Duration LEASE = Duration.ofSeconds(30);

    @Parameter
    Databases databases;

    @TempDir
    Path folder;

    String where;
    Store store;

    @BeforeEach
    void open() {
        where = databases.fresh(folder);
        store = databases.open(where);
    }

    @AfterEach
    void close() {
        store.close();
    }

    // ---- documents

    @Test
    void a_document_is_found_without_regard_to_case_and_keeps_what_it_was_given() {
        factory("Sales");
        save("Sales", DocumentKind.DATASET, "Orders", "{\"properties\":{\"x\":1.10,\"ä\":null}}", null);
        StoredDocument found =
                store.documents().find("SALES", DocumentKind.DATASET, "orders").orElseThrow();
        assertThat(found.document().name()).isEqualTo("Orders");
        assertThat(Json.write(found.document().json())).isEqualTo("{\"properties\":{\"x\":1.10,\"ä\":null}}");
    }

    @Test
    void a_second_factory_of_that_name_is_the_same_factory() {
        factory("Sales");
        assertThat(save("", DocumentKind.FACTORY, "SALES", "{}", Save.ABSENT)).isInstanceOf(Save.Result.Conflict.class);
    }

    @Test
    void a_factory_is_listed_by_its_place_in_any_case_and_shows_it_as_written() {
        store.documents().save(placed("Sub-ONE", "Group-A", "Sales"));
        // A later write comes by another spelling: the place stays as it was.
        store.documents().save(placed("sub-one", "GROUP-A", "sales"));
        List<StoredDocument> found = store.documents().factories("SUB-one", "group-a", "", 9);
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().subscription()).isEqualTo("Sub-ONE");
        assertThat(found.getFirst().resourceGroup()).isEqualTo("Group-A");
        assertThat(store.documents().factories("sub-ONE", null, "", 9)).hasSize(1);
        assertThat(store.documents().factories("sub-one", "other", "", 9)).isEmpty();
    }

    private static Save placed(String subscription, String group, String name) {
        Document document = new Document(DocumentKind.FACTORY, name, Json.object());
        return new Save("", subscription, group, document, name, null, List.of(), "t", T0);
    }

    @Test
    void a_write_with_an_old_etag_changes_nothing() {
        factory("f");
        save("f", DocumentKind.PIPELINE, "p", "{\"v\":1}", Save.ABSENT);
        String first = etag("p");
        assertThat(save("f", DocumentKind.PIPELINE, "p", "{\"v\":2}", first)).isInstanceOf(Save.Result.Saved.class);
        assertThat(save("f", DocumentKind.PIPELINE, "p", "{\"v\":3}", first)).isInstanceOf(Save.Result.Conflict.class);
        assertThat(store.documents()
                        .find("f", DocumentKind.PIPELINE, "p")
                        .orElseThrow()
                        .document()
                        .json()
                        .get("v")
                        .intValue())
                .isEqualTo(2);
    }

    @Test
    void a_runtime_is_given_taken_back_and_gone_with_either_factory() {
        factory("owner");
        factory("guest");
        save("owner", DocumentKind.INTEGRATION_RUNTIME, "ir", "{}", null);
        Runtimes runtimes = store.runtimes();
        runtimes.give(new Runtimes.Share("owner", "IR", "ir", "s", "Guest", "west", T0, 0), "t");
        runtimes.give(new Runtimes.Share("OWNER", "ir", "ir2", "s", "guest", "east", T0, 0), "t");
        assertThat(runtimes.of("Owner", "Ir"))
                .containsExactly(new Runtimes.Share("owner", "ir", "ir2", "s", "Guest", "east", T0, 0));
        assertThat(runtimes.takeBack("owner", "ir", "GUEST", "t", T0)).isTrue();
        assertThat(runtimes.takeBack("owner", "ir", "guest", "t", T0)).isFalse();
        runtimes.give(new Runtimes.Share("owner", "ir", "ir", "s", "guest", "", T0, 0), "t");
        store.documents().remove("", DocumentKind.FACTORY, "guest", "t", T0);
        assertThat(runtimes.of("owner", "ir")).isEmpty();
        runtimes.give(new Runtimes.Share("owner", "ir", "ir", "s", "other", "", T0, 0), "t");
        runtimes.state("owner", "ir", "Started", "t", T0);
        assertThat(runtimes.state("owner", "IR")).contains("Started");
        store.documents().remove("owner", DocumentKind.INTEGRATION_RUNTIME, "ir", "t", T0);
        assertThat(runtimes.of("owner", "ir")).isEmpty();
        assertThat(runtimes.state("owner", "ir")).isEmpty();
    }

    @Test
    void principals_and_their_roles_are_kept_by_id_in_any_case_and_roles_go_with_principal_and_factory() {
        store.documents().save(placed("Sub", "Group", "Sales"));
        Principals principals = store.principals();
        Principals.Principal one = new Principals.Principal("0a", "ci", "h", T0);
        principals.add(one, "t");
        assertThat(principals.find("0A")).contains(one);
        assertThat(principals.secret("0A", "h2", "t", T0)).isTrue();
        assertThat(principals.secret("none", "h2", "t", T0)).isFalse();
        assertThat(principals.list("", 9)).containsExactly(new Principals.Principal("0a", "ci", "h2", T0));
        assertThat(principals.list("0a", 9)).isEmpty();
        String sales = "/subscriptions/SUB/resourcegroups/group/providers/Microsoft.DataFactory/factories/Sales";
        principals.assign(new Principals.Assignment("r1", "0A", sales, "Reader", T0), "t");
        principals.assign(new Principals.Assignment("R1", "0a", sales, "Owner", T0), "t");
        Principals.Assignment everywhere = new Principals.Assignment("r2", "0a", "", "Reader", T0);
        principals.assign(everywhere, "t");
        assertThat(principals.of("0a"))
                .containsExactly(new Principals.Assignment("r1", "0a", sales, "Owner", T0), everywhere);
        assertThat(principals.assignment("R2")).contains(everywhere);
        store.documents().remove("", DocumentKind.FACTORY, "sales", "t", T0);
        assertThat(principals.assignments("", 9)).containsExactly(everywhere);
        assertThat(principals.remove("0A", "t", T0)).isTrue();
        assertThat(principals.assignments("", 9)).isEmpty();
        assertThat(principals.withdraw("r2", "t", T0)).isFalse();
    }

    @Test
    void subscriptions_and_resource_groups_are_those_of_factories() {
        store.documents().save(placed("Sub", "B", "one"));
        store.documents().save(placed("SUB", "a", "two"));
        store.documents().save(placed("other", "a", "three"));
        assertThat(store.documents().subscriptions()).hasSize(2).contains("other");
        assertThat(store.documents().resourceGroups("sub")).containsExactly("a", "B");
    }

    @Test
    void a_reference_to_nothing_is_refused_and_a_referenced_document_stays() {
        factory("f");
        Link link = new Link(DocumentKind.LINKED_SERVICE, "Store", "/properties/linkedServiceName");
        assertThat(save("f", DocumentKind.DATASET, "d", "{}", null, link))
                .isEqualTo(new Save.Result.Dangling(List.of(link)));
        assertThat(store.documents().find("f", DocumentKind.DATASET, "d")).isEmpty();
        save("f", DocumentKind.LINKED_SERVICE, "store", "{}", null);
        assertThat(save("f", DocumentKind.DATASET, "d", "{}", null, link)).isInstanceOf(Save.Result.Saved.class);
        assertThat(remove("f", DocumentKind.LINKED_SERVICE, "STORE"))
                .isEqualTo(new Removal.Referenced(List.of("dataset 'd'")));
        assertThat(remove("f", DocumentKind.DATASET, "d")).isInstanceOf(Removal.Removed.class);
        assertThat(remove("f", DocumentKind.LINKED_SERVICE, "store")).isInstanceOf(Removal.Removed.class);
        assertThat(remove("f", DocumentKind.LINKED_SERVICE, "store")).isInstanceOf(Removal.Absent.class);
    }

    @Test
    void lists_go_by_name_and_go_on_after_a_name() {
        factory("f");
        for (String name : List.of("b", "A", "c", "_z")) {
            save("f", DocumentKind.DATASET, name, "{}", null);
        }
        assertThat(names(store.documents().list("f", DocumentKind.DATASET, "", 2)))
                .containsExactly("_z", "A");
        assertThat(names(store.documents().list("f", DocumentKind.DATASET, "a", 9)))
                .containsExactly("b", "c");
    }

    @Test
    void a_document_cannot_be_saved_into_a_factory_that_is_not_there_and_goes_with_its_factory() {
        assertThat(save("f", DocumentKind.DATASET, "d", "{}", null)).isInstanceOf(Save.Result.NoFactory.class);
        factory("f");
        save("f", DocumentKind.DATASET, "d", "{}", null);
        remove("", DocumentKind.FACTORY, "f");
        factory("f");
        assertThat(store.documents().everything("f")).hasSize(1);
    }

    // ---- steps of runs and the queue

    @Test
    void state_jobs_and_history_are_written_together_or_not_at_all() {
        start("r1", job("j1", 1));
        assertThat(store.runs().apply(step("r1", 7).queue(job("j2", 1)).build()))
                .isEqualTo(Result.STALE);
        assertThat(store.jobs().ofRun("r1")).extracting(q -> q.job().jobId()).containsExactly("j1");
        assertThat(store.runs().find("r1").orElseThrow().version()).isEqualTo(1);
        assertThat(store.runs().pipelineRun("f", "r1")).isPresent();
    }

    @Test
    void a_run_is_started_once() {
        start("r1");
        assertThat(store.runs().apply(step("r1", 0).build())).isEqualTo(Result.STALE);
    }

    @Test
    void jobs_are_handed_out_in_order_and_factories_take_turns() {
        start("f", "r1", job("a1", 1), job("a2", 1), job("a3", 1));
        start("g", "r2", job("b1", 1));
        assertThat(lease("n", 3)).containsExactly("a1", "b1", "a2");
        assertThat(lease("n", 3)).containsExactly("a3");
        assertThat(lease("n", 3)).isEmpty();
    }

    /// Ten times what one node can do at once, from one factory, before the other comes.
    @Test
    void R04_a_flood_from_one_factory_does_not_hold_up_another_on_a_node_with_one_slot() {
        NewJob[] flood = new NewJob[40];
        for (int i = 0; i < flood.length; i++) {
            flood[i] = job("a" + (10 + i), 1);
        }
        start("f", "r1", flood);
        assertThat(lease("n", 1)).containsExactly("a10");
        start("g", "r2", job("b1", 1), job("b2", 1), job("b3", 1));
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            order.addAll(lease("n", 1));
        }
        assertThat(order).startsWith("b1").contains("b2", "b3", "a11", "a12");
        assertThat(order).filteredOn(j -> j.startsWith("a")).isSorted();
    }

    @Test
    void R04_a_waiting_job_knows_its_position_and_its_expected_wait() {
        start("f", "r1", job("a1", 1), job("a2", 1), job("a3", 1), job("a4", 1));
        assertThat(store.jobs().place(new JobRef("a3", 1), T0).orElseThrow().position())
                .isEqualTo(3);
        assertThat(store.jobs().place(new JobRef("a3", 1), T0).orElseThrow().expected())
                .isEmpty();
        assertThat(lease("n", 2)).containsExactly("a1", "a2");
        JobQueue.Place place =
                store.jobs().place(new JobRef("a4", 1), T0.plusSeconds(20)).orElseThrow();
        assertThat(place.position()).isEqualTo(2);
        assertThat(place.waiting()).isEqualTo(2);
        assertThat(place.expected()).contains(Duration.ofSeconds(20));
        assertThat(store.jobs().place(new JobRef("a1", 1), T0)).isEmpty();
    }

    @Test
    void a_job_that_does_not_fit_is_left_for_others() {
        start("r1", job("a", 1), job("b", 1), job("c", 1));
        assertThat(store.jobs()
                        .lease(
                                "group",
                                "n1",
                                1,
                                T0,
                                job -> LEASE,
                                j -> !j.job().jobId().equals("a")))
                .extracting(q -> q.job().jobId())
                .containsExactly("b");
        assertThat(lease("n2", 9)).containsExactly("a", "c");
    }

    @Test
    void a_job_given_back_is_the_next_one_again_and_only_its_holder_gives_it_back() {
        start("r1", job("a", 1), job("b", 1), job("c", 1));
        assertThat(lease("n1", 2)).containsExactly("a", "b");
        store.runs().apply(step("r1", 1).cancel("b").build());
        List<JobRef> held = List.of(new JobRef("a", 1), new JobRef("b", 1));
        assertThat(store.jobs().giveBack("n2", held)).isEmpty();
        Set<String> told = ConcurrentHashMap.newKeySet();
        store.onNews(told::add);
        assertThat(store.jobs().giveBack("n1", held)).containsExactly(new JobRef("a", 1, 1));
        assertThat(store.jobs().giveBack("n1", held)).isEmpty();
        assertThat(store.jobs().cancelsFor("n1")).containsExactly(new JobRef("b", 1));
        assertThat(lease("n2", 9)).containsExactly("a", "c");
        assertThat(store.jobs().heldBy("n2")).extracting(q -> q.job().jobId()).contains("a");
    }

    @Test
    void a_higher_priority_goes_first() {
        start("r1", job("low", 1), new NewJob(new JobRef("high", 1), "a", "group", "Copy", 5, 1000, Json.object()));
        assertThat(lease("n", 1)).containsExactly("high");
    }

    @Test
    void two_leasers_never_get_the_same_job() throws Exception {
        int jobs = 200;
        List<NewJob> all = new ArrayList<>();
        for (int i = 0; i < jobs; i++) {
            all.add(job("j" + i, 1));
        }
        start("r1", all.toArray(NewJob[]::new));
        Set<String> seen = ConcurrentHashMap.newKeySet();
        List<String> twice = new ArrayList<>();
        inParallel(4, node -> {
            for (List<String> got = lease("n" + node, 7); !got.isEmpty(); got = lease("n" + node, 7)) {
                for (String job : got) {
                    if (!seen.add(job)) {
                        synchronized (twice) {
                            twice.add(job);
                        }
                    }
                }
            }
        });
        assertThat(twice).isEmpty();
        assertThat(seen).hasSize(jobs);
    }

    @Test
    void only_the_holder_of_the_current_attempt_ends_a_job() {
        start("r1", job("j", 1));
        lease("n1", 1);
        Ending stranger = new Ending(new JobRef("j", 1), "n2", "reported");
        Ending holder = new Ending(new JobRef("j", 1), "n1", "reported");
        assertThat(store.runs().apply(step("r1", 1).ending(stranger).build())).isEqualTo(Result.NOT_HELD);
        assertThat(store.runs().apply(step("r1", 1).ending(holder).build())).isEqualTo(Result.APPLIED);
        assertThat(store.runs().apply(step("r1", 2).ending(holder).build())).isEqualTo(Result.NOT_HELD);
        assertThat(store.jobs().endedBy(new JobRef("j", 1), "n1")).contains("reported");
        assertThat(store.jobs().endedBy(new JobRef("j", 1), "n2")).isEmpty();
    }

    @Test
    void an_attempt_whose_lease_ran_out_can_no_longer_be_ended_by_its_node() {
        start("r1", job("j", 1));
        lease("n1", 1);
        assertThat(store.jobs().expired(T0.plusSeconds(29), 10)).isEmpty();
        QueuedJob lost = store.jobs().expired(T0.plusSeconds(30), 10).getFirst();
        assertThat(lost.node()).isEqualTo("n1");
        Ending lostEnding = new Ending(lost.job(), null, "lost");
        assertThat(store.runs()
                        .apply(step("r1", 1)
                                .ending(lostEnding)
                                .queue(job("j", 2))
                                .build()))
                .isEqualTo(Result.APPLIED);
        Ending late = new Ending(new JobRef("j", 1), "n1", "reported");
        assertThat(store.runs().apply(step("r1", 2).ending(late).build())).isEqualTo(Result.NOT_HELD);
        assertThat(store.jobs()
                        .renew("n1", List.of(new JobRef("j", 1)), T0.plusSeconds(99))
                        .held())
                .isEmpty();
        assertThat(lease("n2", 1)).containsExactly("j");
    }

    @Test
    void a_renewed_lease_lasts() {
        start("r1", job("j", 1));
        lease("n1", 1);
        assertThat(store.jobs()
                        .renew("n1", List.of(new JobRef("j", 1), new JobRef("k", 1)), T0.plusSeconds(90))
                        .held())
                .containsExactly(new JobRef("j", 1));
        assertThat(store.jobs().expired(T0.plusSeconds(60), 10)).isEmpty();
    }

    private QueuedJob offered(String node, Instant now) {
        return store.jobs()
                .offer("group", node, 1, now, job -> Duration.ofSeconds(2), job -> true)
                .getFirst();
    }

    @Test
    void an_offer_that_is_not_confirmed_is_taken_back_and_its_node_can_do_nothing_more() {
        start("r1", job("j", 1));
        QueuedJob first = offered("n1", T0);
        assertThat(first.confirmed()).isFalse();
        assertThat(store.jobs().withdraw(first.job(), T0.plusMillis(1_999))).isFalse();
        Set<String> told = ConcurrentHashMap.newKeySet();
        store.onNews(told::add);
        assertThat(store.jobs().withdraw(first.job(), T0.plusSeconds(2))).isTrue();
        assertThat(told).containsExactly("group");
        assertThat(store.jobs().withdraw(first.job(), T0.plusSeconds(3))).isFalse();
        QueuedJob second = offered("n1", T0.plusSeconds(3));
        assertThat(second.job()).isEqualTo(new JobRef("j", 1, 1));
        // The late word of the first offer does not count for the second, though the node is the same.
        assertThat(store.jobs()
                        .renew("n1", List.of(first.job()), T0.plusSeconds(90))
                        .held())
                .isEmpty();
        Ending late = new Ending(first.job(), "n1", "reported");
        assertThat(store.runs().apply(step("r1", 1).ending(late).build())).isEqualTo(Result.NOT_HELD);
        assertThat(store.jobs().giveBack("n1", List.of(first.job()))).isEmpty();
        Ending right = new Ending(second.job(), "n1", "reported");
        assertThat(store.runs().apply(step("r1", 1).ending(right).build())).isEqualTo(Result.APPLIED);
    }

    @Test
    void a_confirmed_offer_is_not_taken_back_and_is_begun_once() {
        start("r1", job("j", 1));
        JobRef offer = offered("n1", T0).job();
        assertThat(store.jobs().renew("n2", List.of(offer), T0.plusSeconds(90)).held())
                .isEmpty();
        assertThat(store.jobs().renew("n1", List.of(offer), T0.plusSeconds(30)).begun())
                .containsExactly(offer);
        JobQueue.Renewal again = store.jobs().renew("n1", List.of(offer), T0.plusSeconds(31));
        assertThat(again.held()).containsExactly(offer);
        assertThat(again.begun()).isEmpty();
        assertThat(store.jobs().withdraw(offer, T0.plusSeconds(99))).isFalse();
        assertThat(store.jobs().expired(T0.plusSeconds(31), 10))
                .extracting(QueuedJob::confirmed)
                .containsExactly(true);
    }

    @Test
    void an_offer_is_taken_back_unless_it_was_confirmed_meanwhile() {
        start("r1", job("j", 1), job("k", 1));
        JobRef confirmed = offered("n1", T0).job();
        JobRef unconfirmed = offered("n1", T0).job();
        store.jobs().renew("n1", List.of(confirmed), T0.plusSeconds(30));
        assertThat(store.jobs().takeBack("n2", List.of(confirmed, unconfirmed))).isEmpty();
        assertThat(store.jobs().takeBack("n1", List.of(confirmed, unconfirmed)))
                .containsExactly(new JobRef(unconfirmed.jobId(), 1, 1));
        assertThat(store.jobs().heldBy("n1")).extracting(QueuedJob::job).containsExactly(confirmed);
    }

    @Test
    void an_offer_that_is_called_off_is_not_put_into_the_queue_again() {
        start("r1", job("j", 1));
        JobRef offer = offered("n1", T0).job();
        store.jobs().withdraw(offer, T0.plusSeconds(2));
        JobRef second = offered("n1", T0).job();
        store.runs().apply(step("r1", 1).cancel("j").build());
        assertThat(store.jobs().cancelsFor("n1")).containsExactly(second);
        assertThat(store.jobs().withdraw(second, T0.plusSeconds(9))).isFalse();
        assertThat(store.jobs().giveBack("n1", List.of(second))).isEmpty();
    }

    @Test
    void an_offer_made_again_to_its_node_lasts_longer_and_a_confirmed_one_does_not_change() {
        start("r1", job("j", 1), job("k", 1));
        JobRef offer = offered("n1", T0).job();
        JobRef other = offered("n1", T0).job();
        store.jobs().renew("n1", List.of(other), T0.plusSeconds(30));
        store.jobs().offerAgain("n1", List.of(offer, other), T0.plusSeconds(4));
        assertThat(store.jobs().expired(T0.plusSeconds(3), 10)).isEmpty();
        assertThat(store.jobs().expired(T0.plusSeconds(29), 10))
                .extracting(QueuedJob::job)
                .containsExactly(offer);
    }

    @Test
    void a_job_called_off_is_told_to_its_holder_and_never_handed_out() {
        start("r1", job("held", 1), job("waiting", 1));
        lease("n1", 1);
        store.runs().apply(step("r1", 1).cancel("held", "waiting").build());
        assertThat(store.jobs().cancelsFor("n1")).containsExactly(new JobRef("held", 1));
        assertThat(lease("n1", 5)).isEmpty();
        assertThat(store.jobs().ofRun("r1")).extracting(q -> q.job().jobId()).containsExactly("held");
    }

    @Test
    void a_lease_renewed_in_the_last_moment_is_not_lost() {
        start("r1", job("j", 1));
        lease("n1", 1);
        store.jobs().renew("n1", List.of(new JobRef("j", 1)), T0.plusSeconds(90));
        Ending lost = new Ending(new JobRef("j", 1), "n1", T0.plusSeconds(40), "lost");
        assertThat(store.runs().apply(step("r1", 1).ending(lost).build())).isEqualTo(Result.NOT_HELD);
    }

    @Test
    void a_lease_nobody_could_renew_gets_a_grace() {
        start("r1", job("j", 1));
        lease("n1", 1);
        store.jobs().grace(T0.plusSeconds(500));
        assertThat(store.jobs().expired(T0.plusSeconds(499), 10)).isEmpty();
        assertThat(store.jobs().expired(T0.plusSeconds(500), 10)).hasSize(1);
    }

    @Test
    void runs_of_a_pipeline_are_counted_and_those_that_wait_come_in_order() {
        store.runs()
                .apply(step("r1", 0)
                        .run(run("r1", "P", RunStatus.IN_PROGRESS, 0, true))
                        .build());
        store.runs()
                .apply(step("r3", 0)
                        .run(run("r3", "P", RunStatus.QUEUED, 0, true))
                        .build());
        store.runs()
                .apply(step("r2", 0)
                        .run(run("r2", "P", RunStatus.QUEUED, 0, true))
                        .build());
        store.runs()
                .apply(step("r4", 0)
                        .run(run("r4", "P", RunStatus.SUCCEEDED, 0, true))
                        .build());
        assertThat(store.runs().running("F", "p")).isEqualTo(1);
        assertThat(store.runs().waiting("F", "p", 9)).containsExactly("r2", "r3");
    }

    @Test
    void news_is_told_after_the_commit() throws Exception {
        BlockingQueue<String> news = new LinkedBlockingQueue<>();
        store.onNews(group -> news.add(group + store.jobs().hasWork(group)));
        start("r1", job("j", 1));
        assertThat(news.poll(20, TimeUnit.SECONDS)).isEqualTo("grouptrue");
    }

    @Test
    void news_reaches_other_processes_on_the_same_database() throws Exception {
        if (databases == Databases.SQLITE) {
            assertThat(where).endsWith(".db");
            return;
        }
        try (Store other = databases.open(where)) {
            BlockingQueue<String> news = new LinkedBlockingQueue<>();
            other.onNews(news::add);
            int sent = 0;
            String heard = null;
            // The other's ear may not be open yet when the first job comes.
            while (heard == null && sent < 100) {
                start("r" + sent++, job("j" + sent, 1));
                heard = news.poll(200, TimeUnit.MILLISECONDS);
            }
            assertThat(heard).isEqualTo("group");
        }
    }

    @Test
    void timers_come_due_in_order_and_stay_until_they_are_cleared() {
        start("r1");
        store.runs().apply(step("r1", 1).timer("b", 20).timer("a", 10).build());
        assertThat(store.runs().nextDue()).contains(T0.plusSeconds(10));
        assertThat(store.runs().due(T0.plusSeconds(9), 10)).isEmpty();
        assertThat(store.runs().due(T0.plusSeconds(30), 10))
                .extracting(DueTimer::name)
                .containsExactly("a", "b");
        store.runs().apply(step("r1", 2).timer("b", 40).clear("a").build());
        assertThat(store.runs().due(T0.plusSeconds(30), 10)).isEmpty();
        store.runs().apply(step("r1", 3).ended().build());
        assertThat(store.runs().nextDue()).isEmpty();
        assertThat(store.runs().unfinished("", 10)).isEmpty();
    }

    @Test
    void many_writers_of_one_run_take_every_step_once() throws Exception {
        start("r1");
        inParallel(4, node -> {
            for (int i = 0; i < 10; i++) {
                Result result = Result.STALE;
                while (result == Result.STALE) {
                    long version = store.runs().find("r1").orElseThrow().version();
                    result = store.runs().apply(step("r1", version).build());
                }
            }
        });
        assertThat(store.runs().find("r1").orElseThrow().version()).isEqualTo(41);
    }

    // ---- reopening

    @Test
    void what_was_committed_is_there_after_reopening() {
        start("r1", job("j", 1));
        lease("n1", 1);
        store.close();
        store = databases.open(where);
        assertThat(store.runs().unfinished("", 10)).containsExactly("r1");
        assertThat(store.jobs().heldBy("n1")).hasSize(1);
        assertThat(store.jobs().heldBy("n1").getFirst().leaseUntil()).isEqualTo(T0.plus(LEASE));
    }

    @Test
    void a_process_killed_in_the_middle_leaves_only_whole_steps() throws Exception {
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StepsUntilKilled.class.getName(),
                        databases.name(),
                        where)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int acknowledged = 0;
        try (var lines = child.inputReader()) {
            while (acknowledged < 25) {
                String line = lines.readLine();
                assertThat(line).as("the child ended early").isNotNull();
                acknowledged = Integer.parseInt(line);
            }
            child.destroyForcibly();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                acknowledged = Math.max(acknowledged, Integer.parseInt(line));
            }
        } catch (java.io.IOException closedByKill) {
            assertThat(closedByKill).isNotNull();
        } finally {
            child.destroyForcibly();
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        store.close();
        store = databases.open(where);
        StoredRun run = store.runs().find("killed").orElseThrow();
        assertThat(run.version()).isGreaterThanOrEqualTo(acknowledged);
        assertThat(store.jobs().ofRun("killed")).hasSize((int) run.version());
    }

    @Test
    void a_database_of_a_newer_version_is_not_touched() {
        store.close();
        Database database =
                databases == Databases.SQLITE ? new SqliteDatabase(Path.of(where), true) : new PostgresDatabase(where);
        database.write(s -> s.update("INSERT INTO migration VALUES ('9999-future.sql', 'x')"));
        database.close();
        assertThatThrownBy(() -> databases.open(where))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("newer version");
        database =
                databases == Databases.SQLITE ? new SqliteDatabase(Path.of(where), true) : new PostgresDatabase(where);
        database.write(s -> s.update("DELETE FROM migration WHERE script = '9999-future.sql'"));
        database.close();
        store = databases.open(where);
        assertThat(store.runs().unfinished("", 1)).isEmpty();
    }

    // ---- history

    @Test
    void history_is_filtered_ordered_and_paged_as_the_filter_itself_does() {
        List<PipelineRun> runs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            PipelineRun run = run("r%02d".formatted(i), "Pipe" + i % 3, RunStatus.values()[i % 6], i / 4, i % 5 == 0);
            runs.add(run);
            store.runs().apply(step(run.runId(), 0).run(run).build());
        }
        List<RunFilter> filters = List.of(
                filter(List.of(), List.of()),
                filter(List.of(condition(Operand.PIPELINE_NAME, true, "pipe1")), List.of()),
                filter(
                        List.of(condition(Operand.STATUS, false, "Failed", "queued")),
                        List.of(new RunFilter.Order(Operand.RUN_END, true))),
                filter(
                        List.of(condition(Operand.LATEST_ONLY, true, "True")),
                        List.of(
                                new RunFilter.Order(Operand.PIPELINE_NAME, false),
                                new RunFilter.Order(Operand.RUN_START, true))),
                filter(List.of(condition(Operand.TRIGGER_NAME, true, "x")), List.of()),
                filter(List.of(condition(Operand.TRIGGER_NAME, false, "x")), List.of()),
                filter(
                        List.of(condition(
                                Operand.RUN_START, true, T0.plusSeconds(3).toString())),
                        List.of(new RunFilter.Order(Operand.STATUS, true))));
        for (RunFilter filter : filters) {
            List<String> expected = filter.page(runs, 1000).value().stream()
                    .map(PipelineRun::runId)
                    .toList();
            List<String> paged = new ArrayList<>();
            RunFilter next = filter;
            for (int pages = 0; pages < 100; pages++) {
                RunFilter.Page<PipelineRun> page = store.runs().pipelineRuns("F", next, 7);
                page.value().forEach(r -> paged.add(r.runId()));
                if (page.next() == null) {
                    break;
                }
                next = RunFilter.parse(continuing(filter, page.next()));
            }
            assertThat(paged).as("%s", filter).isEqualTo(expected);
        }
    }

    @Test
    void activity_runs_are_one_record_per_attempt_and_belong_to_their_run() {
        start("r1");
        store.runs()
                .apply(step("r1", 1)
                        .activity(activity("a-1", "r1", 0, ActivityRunStatus.FAILED))
                        .activity(activity("a-2", "r1", 1, ActivityRunStatus.IN_PROGRESS))
                        .build());
        store.runs()
                .apply(step("r1", 2)
                        .activity(activity("a-2", "r1", 1, ActivityRunStatus.SUCCEEDED))
                        .build());
        RunFilter all = filter(List.of(), List.of());
        assertThat(store.runs().activityRuns("f", "r1", all, 10).value())
                .extracting(ActivityRun::activityRunId, ActivityRun::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a-1", ActivityRunStatus.FAILED),
                        org.assertj.core.groups.Tuple.tuple("a-2", ActivityRunStatus.SUCCEEDED));
        assertThat(store.runs().activityRuns("other", "r1", all, 10).value()).isEmpty();
    }

    // ---- nodes and tokens

    @Test
    void a_group_is_made_once_and_its_keys_are_voided_one_by_one() {
        Fleet.Group group = store.fleet().groupFor("F", "Mine", "g1", T0);
        assertThat(store.fleet().groupFor("f", "mine", "g2", T0)).isEqualTo(group);
        Fleet.Group after =
                store.fleet().raiseGeneration(group.groupId(), 2, "me", T0).orElseThrow();
        assertThat(after.generation1()).isEqualTo(1);
        assertThat(after.generation2()).isEqualTo(2);
    }

    @Test
    void a_node_name_is_taken_once_and_a_group_has_an_end() {
        store.fleet().groupFor("f", "mine", "g1", T0);
        assertThat(store.fleet().add(node("1", "Alpha"), 2)).isTrue();
        assertThat(store.fleet().add(node("2", "alpha"), 2)).isFalse();
        assertThat(store.fleet().add(node("3", "beta"), 2)).isTrue();
        assertThat(store.fleet().add(node("4", "gamma"), 2)).isFalse();
        assertThat(store.fleet().nodes("g1")).extracting(Fleet.Node::name).containsExactly("Alpha", "beta");
        store.fleet().heard("1", T0.plusSeconds(5), T0, "2.0", Json.object());
        assertThat(store.fleet().node("1").orElseThrow().lastContact()).isEqualTo(T0.plusSeconds(5));
        assertThat(store.fleet().remove("1", "me", T0)).isTrue();
        assertThat(store.fleet().node("1")).isEmpty();
    }

    @Test
    void tokens_and_the_audit_are_kept() {
        store.access().add(new Access.Token("id", "admin", "Owner", "hash", T0), "setup");
        assertThat(store.access().find("id").orElseThrow().role()).isEqualTo("Owner");
        assertThat(store.access().find("other")).isEmpty();
        assertThat(store.access().audit(5)).extracting(Access.Entry::who).containsExactly("setup");
    }

    // ---- words of these tests

    void factory(String name) {
        save("", DocumentKind.FACTORY, name, "{}", null);
    }

    Save.Result save(
            String factory, DocumentKind kind, String name, String json, @Nullable String expected, Link... links) {
        return store.documents()
                .save(new Save(
                        factory,
                        "sub",
                        "rg",
                        Document.parse(kind, name, json.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        java.util.UUID.randomUUID().toString(),
                        expected,
                        List.of(links),
                        "test",
                        T0));
    }

    Removal remove(String factory, DocumentKind kind, String name) {
        return store.documents().remove(factory, kind, name, "test", T0);
    }

    String etag(String pipeline) {
        return store.documents()
                .find("f", DocumentKind.PIPELINE, pipeline)
                .orElseThrow()
                .etag();
    }

    static List<String> names(List<StoredDocument> documents) {
        return documents.stream().map(d -> d.document().name()).toList();
    }

    static NewJob job(String id, int attempt) {
        return new NewJob(new JobRef(id, attempt), "a", "group", "Copy", 0, 1000, Json.object());
    }

    void start(String runId, NewJob... jobs) {
        start("f", runId, jobs);
    }

    void start(String factory, String runId, NewJob... jobs) {
        assertThat(store.runs()
                        .apply(new Step(factory, runId, 0)
                                .queue(jobs)
                                .run(run(runId, "p", RunStatus.IN_PROGRESS, 0, true))
                                .build()))
                .isEqualTo(Result.APPLIED);
    }

    List<String> lease(String node, int slots) {
        return store.jobs().lease("group", node, slots, T0, job -> LEASE, job -> true).stream()
                .map(q -> q.job().jobId())
                .toList();
    }

    static Step step(String runId, long version) {
        return new Step("f", runId, version);
    }

    static Fleet.Node node(String id, String name) {
        return new Fleet.Node(id, "g1", name, "host", "1.0", "PEM", 4, 8, T0, T0, T0, Json.object());
    }

    static PipelineRun run(String id, String pipeline, RunStatus status, int second, boolean latest) {
        return new PipelineRun(
                id,
                id,
                latest,
                pipeline,
                Map.of(),
                Map.of(),
                InvokedBy.manual("x"),
                T0.plusSeconds(second),
                status.ended() ? T0.plusSeconds(60 - second) : null,
                T0,
                status,
                "",
                Json.array());
    }

    static ActivityRun activity(String id, String runId, int attempt, ActivityRunStatus status) {
        return new ActivityRun(
                "p",
                runId,
                "Copy1",
                "Copy",
                id,
                "",
                status,
                T0.plusSeconds(attempt),
                null,
                attempt,
                Json.object(),
                Json.object(),
                ActivityError.none("Copy1"),
                Map.of(),
                List.of());
    }

    static RunFilter filter(List<RunFilter.Condition> conditions, List<RunFilter.Order> order) {
        return new RunFilter(T0.minusSeconds(9), T0.plusSeconds(9), conditions, order, null);
    }

    static RunFilter.Condition condition(Operand operand, boolean equals, String... values) {
        return new RunFilter.Condition(
                operand, equals ? RunFilter.Operator.IN : RunFilter.Operator.NOT_IN, List.of(values));
    }

    static tools.jackson.databind.JsonNode continuing(RunFilter filter, String token) {
        var json = Json.object();
        json.put("lastUpdatedAfter", filter.after().toString());
        json.put("lastUpdatedBefore", filter.before().toString());
        var conditions = json.putArray("filters");
        filter.conditions().forEach(c -> {
            var one = conditions.addObject();
            one.put("operand", c.operand().word()).put("operator", c.operator().word());
            var values = one.putArray("values");
            c.values().forEach(values::add);
        });
        var order = json.putArray("orderBy");
        filter.order()
                .forEach(o ->
                        order.addObject().put("orderBy", o.by().word()).put("order", o.descending() ? "DESC" : "ASC"));
        json.put("continuationToken", token);
        return json;
    }

    interface ByNode {
        void run(int node) throws Exception;
    }

    static void inParallel(int nodes, ByNode work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(nodes)) {
            Set<Callable<Boolean>> tasks = new HashSet<>();
            for (int i = 0; i < nodes; i++) {
                int node = i;
                tasks.add(() -> {
                    work.run(node);
                    return true;
                });
            }
            for (Future<Boolean> f : threads.invokeAll(tasks)) {
                assertThat(f.get()).isTrue();
            }
        }
    }
}
