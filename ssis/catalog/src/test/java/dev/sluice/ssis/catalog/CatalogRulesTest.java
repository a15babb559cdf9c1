package dev.sluice.ssis.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.packages.VariantType;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogRulesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void status_codes_are_those_of_the_catalog_views() {
        assertThat(Arrays.stream(ExecutionStatus.values()).map(ExecutionStatus::code))
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(ExecutionStatus.of("EndedUnexpectedly")).contains(ExecutionStatus.of(6));
    }

    @Test
    void nothing_follows_an_end_and_what_stops_only_ends() {
        for (ExecutionStatus from : ExecutionStatus.values()) {
            for (ExecutionStatus to : ExecutionStatus.values()) {
                if (from.ended()) {
                    assertThat(from.mayBecome(to)).as("%s → %s", from, to).isFalse();
                }
            }
        }
        assertThat(ExecutionStatus.STOPPING.mayBecome(ExecutionStatus.RUNNING)).isFalse();
        assertThat(ExecutionStatus.STOPPING.mayBecome(ExecutionStatus.CANCELED)).isTrue();
        assertThat(ExecutionStatus.PENDING.mayBecome(ExecutionStatus.RUNNING)).isTrue();
    }

    @Test
    void events_have_the_message_types_of_the_catalog_views() {
        assertThat(MessageType.ofEvent("OnPreExecute").code()).isEqualTo(30);
        assertThat(MessageType.ofEvent("OnError").code()).isEqualTo(120);
        assertThat(MessageType.ofEvent("BulkInsertBegin").code()).isEqualTo(200);
        assertThat(MessageType.of("warning")).contains(MessageType.WARNING);
        assertThat(MessageType.of("40")).contains(MessageType.POST_EXECUTE);
        assertThat(MessageType.of("nonsense")).isEmpty();
    }

    @Test
    void levels_keep_what_they_are_documented_to_keep() {
        assertThat(Arrays.stream(MessageType.values()).filter(LoggingLevel.NONE::keeps))
                .isEmpty();
        assertThat(Arrays.stream(MessageType.values()).filter(LoggingLevel.PERFORMANCE::keeps))
                .containsExactly(MessageType.WARNING, MessageType.ERROR);
        assertThat(LoggingLevel.BASIC.keeps(MessageType.CUSTOM)).isFalse();
        assertThat(LoggingLevel.BASIC.keeps(MessageType.INFORMATION)).isTrue();
        assertThat(Arrays.stream(MessageType.values()).filter(LoggingLevel.VERBOSE::keeps))
                .hasSize(MessageType.values().length);
        assertThat(LoggingLevel.of("RuntimeLineage")).contains(LoggingLevel.VERBOSE);
    }

    @Test
    void paths_and_names_are_checked() {
        assertThat(PackagePath.of("Etl/Sales\\Load")).isEqualTo(new PackagePath("Etl", "Sales", "Load.dtsx"));
        for (String bad : List.of("", "a/b", "a//c", "a/b/c/d")) {
            assertThatThrownBy(() -> PackagePath.of(bad)).isInstanceOf(ProblemException.class);
        }
        assertThat(CatalogNames.checked("folder", "Müller & Söhne")).isEqualTo("Müller & Söhne");
        for (String bad : List.of("", " a", "a/b", "x".repeat(129), "a\u0007")) {
            assertThatThrownBy(() -> CatalogNames.checked("folder", bad)).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void values_fit_their_types_at_the_borders() {
        assertThat(ValueText.flaw(VariantType.BYTE, "255")).isEmpty();
        assertThat(ValueText.flaw(VariantType.BYTE, "256")).isPresent();
        assertThat(ValueText.flaw(VariantType.BYTE, "-1")).isPresent();
        assertThat(ValueText.flaw(VariantType.SBYTE, "-128")).isEmpty();
        assertThat(ValueText.flaw(VariantType.UINT64, "18446744073709551615")).isEmpty();
        assertThat(ValueText.flaw(VariantType.UINT64, "18446744073709551616")).isPresent();
        assertThat(ValueText.flaw(VariantType.BOOLEAN, "True")).isEmpty();
        assertThat(ValueText.flaw(VariantType.BOOLEAN, "yes")).isPresent();
        assertThat(ValueText.flaw(VariantType.DATE_TIME, "2026-01-31 10:00:00")).isEmpty();
        assertThat(ValueText.flaw(VariantType.DATE_TIME, "2026-02-31")).isPresent();
        assertThat(ValueText.flaw(VariantType.DOUBLE, "1e5")).isEmpty();
        assertThat(ValueText.flaw(VariantType.DECIMAL, "1e999999999")).isPresent();
    }

    @Test
    void I10_executions_go_by_age_and_then_the_oldest_until_the_quota_holds() {
        CatalogProperties properties =
                CatalogProperties.DEFAULT.with("retention_window", "30").with("QUOTA_MB", "1");
        Retention retention = new Retention(properties);
        assertThat(retention.horizon(NOW)).contains(NOW.minus(Duration.ofDays(30)));
        List<Retention.Ended> ended = List.of(
                new Retention.Ended(3, NOW.minusSeconds(10), 400_000),
                new Retention.Ended(1, NOW.minusSeconds(30), 300_000),
                new Retention.Ended(2, NOW.minusSeconds(20), 500_000));
        assertThat(retention.forQuota(ended, 1_200_000)).containsExactly(1L);
        assertThat(retention.forQuota(ended, 1_700_000)).containsExactly(1L, 2L);
        assertThat(retention.forQuota(ended, 1_000_000)).isEmpty();
        assertThat(retention.percent(1_000_000)).isEqualTo(95);
        assertThat(new Retention(properties.with("RETENTION_WINDOW", "-1")).horizon(NOW))
                .isEmpty();
        assertThat(new Retention(properties.with("OPERATION_CLEANUP_ENABLED", "FALSE")).forQuota(ended, 9_999_999))
                .isEmpty();
    }

    @Test
    void surplus_versions_go_and_the_current_one_stays_however_old() {
        Retention retention = new Retention(CatalogProperties.DEFAULT.with("MAX_PROJECT_VERSIONS", "2"));
        List<Retention.Version> versions = List.of(
                new Retention.Version(1, true),
                new Retention.Version(2, false),
                new Retention.Version(3, false),
                new Retention.Version(4, false));
        assertThat(retention.surplus(versions)).containsExactly(2L, 3L);
    }

    @Test
    void properties_say_what_they_may_be() {
        for (String[] bad : new String[][] {
            {"RETENTION_WINDOW", "0"}, {"MAX_PROJECT_VERSIONS", "many"}, {"SERVER_LOGGING_LEVEL", "9"}, {"NOPE", "1"}
        }) {
            assertThatThrownBy(() -> CatalogProperties.DEFAULT.with(bad[0], bad[1]))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining(bad[0]);
        }
    }
}
