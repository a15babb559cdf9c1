package dev.sluice.node.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.Problem;
import dev.sluice.wire.Announcement;
import dev.sluice.wire.ServiceEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowListTest {
    private static final Instant FROM = Instant.parse("2027-02-01T00:00:00Z");

    @TempDir
    Path folder;

    private List<Problem> problems(String rules, ServiceEndpoint... announced) throws Exception {
        if (!rules.isEmpty()) {
            Files.writeString(folder.resolve("allowed-endpoints.txt"), rules);
        }
        new AllowList(folder).take(new Announcement(1, List.of(announced)));
        // As a command sees it that is not the host.
        return new AllowList(folder).problems();
    }

    private static ServiceEndpoint endpoint(String... addresses) {
        return new ServiceEndpoint("new.example.org", 8443, List.of(addresses), FROM);
    }

    @ParameterizedTest
    @CsvSource({
        "new.example.org:8443      , true",
        "NEW.example.org           , true",
        "*.example.org:8443        , true",
        "new.example.org:443       , false",
        "*.example.com             , false",
        "*.new.example.org         , false",
        "old.example.org:8443      , false",
        "# new.example.org:8443    , false",
        "10.0.0.0/8:8443           , false",
    })
    void S24_a_rule_for_the_name_lets_it_out(String rule, boolean allowed) throws Exception {
        assertThat(problems("old.example.org:8443\n" + rule + "\n", endpoint()).isEmpty())
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3:8443 10.1.2.4    , true",
        "10.1.2.0/24:8443          , true",
        "10.0.0.0/8                , true",
        "10.1.2.3/32               , false",
        "10.1.2.0/30:443           , false",
        "10.1.2.x/24               , false",
        "10.1.2.0/99               , false",
        "fd00::/8                  , false",
    })
    void S24_rules_for_addresses_must_let_out_every_one(String rules, boolean allowed) throws Exception {
        assertThat(problems(rules.replace(' ', '\n'), endpoint("10.1.2.3", "10.1.2.4"))
                        .isEmpty())
                .isEqualTo(allowed);
    }

    @Test
    void S24_a_warning_names_the_address_the_day_and_what_to_ask_for() throws Exception {
        Problem problem =
                problems("10.1.2.3:8443\n", endpoint("10.1.2.3", "10.1.2.4")).getFirst();
        assertThat(problem.code()).isEqualTo("ServiceAddressNotAllowed");
        assertThat(problem.message())
                .contains("2027-02-01T00:00:00Z", "new.example.org:8443 (10.1.2.4)", "allowed-endpoints.txt");
        assertThat(problem.resolution().getFirst()).contains("outbound TCP to new.example.org:8443");
    }

    @Test
    void S24_without_a_list_or_once_nothing_is_announced_any_more_there_is_nothing_to_warn_of() throws Exception {
        assertThat(problems("", endpoint())).isEmpty();
        assertThat(problems("x\n", endpoint())).hasSize(1);
        AllowList list = new AllowList(folder);
        list.take(new Announcement(1, List.of(endpoint())));
        list.take(new Announcement(2, List.of()));
        assertThat(list.problems()).isEmpty();
    }
}
