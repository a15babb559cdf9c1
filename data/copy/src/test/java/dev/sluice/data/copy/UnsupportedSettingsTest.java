package dev.sluice.data.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.spi.Settings;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnsupportedSettingsTest {
    private static final Map<String, Object> LOG =
            Map.of("enableCopyActivityLog", true, "logLocationSettings", Map.of("path", "logs"));

    private static void read(TestEndpoint source, TestEndpoint sink, Map<String, Object> activity) {
        CopySpec.of(source.build(), sink.build(), new Settings("/typeProperties", activity), "run");
    }

    private static void refused(String pointer, TestEndpoint source, TestEndpoint sink, Map<String, Object> activity) {
        assertThatThrownBy(() -> read(source, sink, activity)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(DocumentFaults.SETTING_UNSUPPORTED);
            assertThat(e.problem().location()).isEqualTo(pointer);
            assertThat(e.problem().message()).contains(pointer.substring(pointer.lastIndexOf('/') + 1));
            assertThat(e.problem().resolution().toString()).doesNotContain("unknown)");
        });
    }

    private static TestEndpoint source() {
        return TestEndpoint.source().dataset("DelimitedText");
    }

    private static TestEndpoint sink() {
        return TestEndpoint.sink();
    }

    @Test
    void what_chooses_files_or_columns_is_refused_with_its_place() {
        refused("/source/storeSettings/fileFilter", source().store("fileFilter", "*.csv"), sink(), Map.of());
    }

    @Test
    void what_changes_how_rows_are_kept_is_refused_with_its_place() {
        refused(
                "/typeProperties/skipErrorFile/fileMissing",
                source(),
                sink(),
                Map.of("skipErrorFile", Map.of("fileMissing", true, "dataInconsistency", false)));
        refused("/typeProperties/enableStaging", source(), sink(), Map.of("enableStaging", true));
        refused("/typeProperties/preserve", source(), sink(), Map.of("preserve", List.of("Attributes")));
        TestEndpoint binary = TestEndpoint.source().dataset("Binary");
        refused("/typeProperties/preserve", binary, sink(), Map.of("preserve", List.of("Attributes", "ACL")));
        for (String name : List.of("logSettings", "logStorageSettings", "redirectIncompatibleRowSettings")) {
            refused("/typeProperties/" + name, source(), sink(), Map.of("enableSkipIncompatibleRow", true, name, LOG));
        }
    }

    @Test
    void what_is_off_or_only_tunes_is_passed_over() {
        assertThatCode(() -> read(
                        source().store("fileFilter", "")
                                .store("enablePartitionDiscovery", false)
                                .store("disableMetricsCollection", true)
                                .format("compressionProperties", Map.of("preserveZipFileNameAsFolder", false)),
                        sink().activity("writeBehavior", "insert").activity("writeMethod", "CopyCommand"),
                        Map.of(
                                "skipErrorFile",
                                Map.of("fileMissing", false),
                                "enableStaging",
                                false,
                                "preserve",
                                List.of(),
                                "logSettings",
                                LOG,
                                "redirectIncompatibleRowSettings",
                                LOG,
                                "dataIntegrationUnits",
                                "4")))
                .doesNotThrowAnyException();
        assertThatCode(() -> read(
                        source(),
                        sink(),
                        Map.of(
                                "enableSkipIncompatibleRow",
                                true,
                                "logSettings",
                                Map.of("enableCopyActivityLog", false))))
                .doesNotThrowAnyException();
    }
}
