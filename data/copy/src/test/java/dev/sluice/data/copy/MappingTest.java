package dev.sluice.data.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MappingTest {
    private static final Schema SOURCE = Schema.of(
            new Field("a", DataType.INT32), new Field("b", DataType.STRING), new Field("c", DataType.decimal(12, 2)));
    private static final Schema SINK = Schema.of(
            new Field("x", DataType.INT64),
            new Field("b", DataType.STRING),
            new Field("a", DataType.INT32),
            new Field("c", DataType.decimal(12, 2)));

    private Endpoint source = TestEndpoint.source().dataset("MemoryTable").build();

    private ColumnMapping mapping(Map<String, Object> translator, @Nullable Schema sink) {
        CopySpec spec = new CopySpec(
                source,
                TestEndpoint.sink().build(),
                new Settings("/translator", translator),
                false,
                0,
                false,
                Proof.WRITTEN,
                SkippedFiles.NONE,
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                false,
                "run");
        SourceColumns columns = SourceColumns.of(SOURCE, source);
        return new MappingPlanner(spec, columns, Optional.ofNullable(sink)).plan();
    }

    private Problem refused(Fault fault, Map<String, Object> translator, @Nullable Schema sink) {
        Problem[] found = new Problem[1];
        assertThatThrownBy(() -> mapping(translator, sink)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(fault);
            assertThat(e.problem().message()).doesNotContain("unknown)");
            found[0] = e.problem();
        });
        return found[0];
    }

    private static Map<String, Object> line(Map<String, Object> from, Map<String, Object> to) {
        return Map.of("source", from, "sink", to);
    }

    private static Map<String, Object> mappings(Object... lines) {
        return Map.of("type", "TabularTranslator", "mappings", List.of(lines));
    }

    @Test
    void by_default_names_are_matched_and_nothing_is_copied() {
        ColumnMapping m = mapping(Map.of(), SINK);
        assertThat(m.target().names()).containsExactly("a", "b", "c");
        assertThat(m.read()).containsExactly(0, 1, 2);
        assertThat(m.isIdentity()).isTrue();
        assertThat(m.converters()).containsOnlyNulls();
        assertThat(mapping(Map.of(), null).target()).isEqualTo(SOURCE);
    }

    @Test
    void a_declared_decimal_may_say_its_digits() {
        ColumnMapping m = mapping(
                mappings(line(
                        Map.of("name", "b"),
                        Map.of(
                                "name",
                                "price",
                                "type",
                                "Decimal",
                                "precision",
                                BigDecimal.valueOf(15),
                                "scale",
                                BigDecimal.valueOf(2)))),
                null);
        assertThat(m.target().field(0).type()).isEqualTo(DataType.decimal(15, 2));
        assertThatThrownBy(() -> mapping(
                        mappings(line(
                                Map.of("name", "b"),
                                Map.of(
                                        "name",
                                        "price",
                                        "type",
                                        "Decimal",
                                        "precision",
                                        BigDecimal.valueOf(5),
                                        "scale",
                                        BigDecimal.valueOf(6)))),
                        null))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("scale");
    }

    @Test
    void a_source_column_the_sink_lacks_is_named() {
        Problem p = refused(DataFaults.COLUMN_MISSING, Map.of(), Schema.of(SINK.field(1), SINK.field(2)));
        assertThat(p.message()).contains("'c'").contains("b, a").contains("sinkDataset");
        assertThat(refused(DataFaults.COLUMN_MISSING, Map.of(), Schema.of(new Field("A", DataType.INT32)))
                        .message())
                .contains("'a'");
    }

    @Test
    void explicit_mappings_choose_rename_and_convert() {
        ColumnMapping m = mapping(
                mappings(
                        line(Map.of("name", "a"), Map.of("name", "x")),
                        line(Map.of("ordinal", BigDecimal.TWO), Map.of("ordinal", new BigDecimal(2))),
                        line(Map.of("path", "$['a']"), Map.of("name", "a"))),
                SINK);
        assertThat(m.target().names()).containsExactly("x", "b", "a");
        assertThat(m.read()).containsExactly(0, 1);
        assertThat(m.shared()).containsExactly(-1, 1, 0);
        assertThat(m.converters()[0]).isNotNull();
        assertThat(m.converters()[1]).isNull();
        assertThat(m.isIdentity()).isFalse();
    }

    @Test
    void a_column_used_twice_is_shared_once() {
        ColumnMapping m = mapping(
                mappings(
                        line(Map.of("name", "b"), Map.of("name", "p")), line(Map.of("name", "b"), Map.of("name", "q"))),
                null);
        assertThat(m.read()).containsExactly(1);
        assertThat(m.shared()).containsExactly(0, -1);
        assertThat(m.converters()[1]).isNotNull();
    }

    @Test
    void without_a_schema_the_sink_follows_the_mapping() {
        ColumnMapping m = mapping(
                mappings(
                        line(Map.of("name", "c"), Map.of("name", "price", "type", "Double", "ordinal", "2")),
                        line(Map.of("name", "b", "type", "DateTime"), Map.of("name", "when", "ordinal", "1")),
                        line(Map.of("name", "a"), Map.of("name", "a", "type", "varchar", "ordinal", "3"))),
                null);
        assertThat(m.target())
                .isEqualTo(Schema.of(
                        new Field("when", DataType.timestamp(7)),
                        new Field("price", DataType.FLOAT64),
                        new Field("a", DataType.INT32)));
    }

    @Test
    void old_forms_still_work() {
        for (Object old : List.of(Map.of("a", "x", "b", "b"), "a: x, b: b")) {
            ColumnMapping m = mapping(Map.of("type", "TabularTranslator", "columnMappings", old), SINK);
            assertThat(m.target().names()).containsExactlyInAnyOrder("x", "b");
        }
        refused(DataFaults.MAPPING_INVALID, Map.of("columnMappings", "a, b"), SINK);
        assertThat(refused(DataFaults.COLUMN_MISSING, Map.of("columnMappings", "z: x"), SINK)
                        .location())
                .isEqualTo("/translator/columnMappings");
    }

    @Test
    void text_without_header_is_mapped_by_position() {
        source = TestEndpoint.source().dataset("DelimitedText").build();
        assertThat(mapping(Map.of(), SINK).target().names()).containsExactly("x", "b", "a");
        refused(DataFaults.MAPPING_INVALID, Map.of(), Schema.of(SINK.field(0)));
        source = TestEndpoint.source()
                .dataset("DelimitedText")
                .with("firstRowAsHeader", true)
                .build();
        assertThat(mapping(Map.of(), SINK).target().names()).containsExactly("a", "b", "c");
    }

    @Test
    void what_cannot_be_mapped_is_located() {
        assertThat(refused(
                                DataFaults.COLUMN_MISSING,
                                mappings(
                                        line(Map.of("name", "a"), Map.of("name", "a")),
                                        line(Map.of("name", "q"), Map.of("name", "b"))),
                                SINK)
                        .location())
                .isEqualTo("/translator/mappings/1/source");
        assertThat(refused(DataFaults.COLUMN_MISSING, mappings(line(Map.of("ordinal", "4"), Map.of("name", "b"))), SINK)
                        .message())
                .contains("#4");
        refused(
                DataFaults.MAPPING_INVALID,
                mappings(
                        line(Map.of("name", "a"), Map.of("name", "b")), line(Map.of("name", "b"), Map.of("name", "b"))),
                SINK);
        refused(DataFaults.MAPPING_INVALID, Map.of("type", "OtherTranslator"), SINK);
    }

    @Test
    void types_without_conversion_are_refused_before_any_row() {
        Schema guid = Schema.of(new Field("a", DataType.GUID), SINK.field(1), SINK.field(3));
        assertThatThrownBy(() -> mapping(Map.of(), guid).converters())
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(DataFaults.TYPES_INCOMPATIBLE);
                    assertThat(e.problem().message())
                            .contains("Int32")
                            .contains("Guid")
                            .contains("'a'");
                });
    }
}
