package dev.sluice.formats.text.xml;

import static dev.sluice.data.testkit.Rows.row;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.testkit.MemoryFileStore;
import dev.sluice.data.testkit.MemoryFiles;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class XmlReadingTest {
    private static final String ORDERS = """
            <?xml version="1.0"?>
            <orders xmlns:p="urn:p" day="2024-02-29">
              <order id="1"><who>Ann &amp; Co</who><line n="2">a</line><line n="3">b</line></order>
              <order id="2"><who/><p:note><![CDATA[<x>]]></p:note></order>
              <total>2</total>
            </orders>
            """;

    private final TestJob job = new TestJob();
    private final MemoryFiles files = new MemoryFiles();
    private final MemoryFileStore store = new MemoryFileStore(files, job.clock(), Kind.SOURCE);

    @AfterEach
    void close() {
        assertThat(store.openCount()).isZero();
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private static TreeMapping paths(boolean asText, String collection, String... paths) {
        return new TreeMapping(
                collection,
                Arrays.stream(paths)
                        .map(p -> new TreeMapping.Column(p, true, Optional.empty()))
                        .toList(),
                asText,
                false);
    }

    private List<List<@Nullable Object>> read(byte[] xml, TreeMapping mapping, TestEndpoint source) throws IOException {
        files.put("f.xml", xml, Instant.EPOCH);
        Decoder decoder = new XmlFormat().decoder(source.dataset("Xml").build().withTrees(mapping));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (FileInput in = store.open(store.find("f.xml").orElseThrow())) {
            Schema schema = decoder.schema(in);
            try (Reader reader = decoder.open(
                            in,
                            decoder.ranges(in, Long.MAX_VALUE).getFirst(),
                            schema,
                            IntStream.range(0, schema.size()).toArray(),
                            RefusedRows.failing(job));
                    Batch batch = new Batch(schema, 500, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
            }
        }
        return rows;
    }

    private List<List<@Nullable Object>> read(String xml, TreeMapping mapping) throws IOException {
        return read(xml.getBytes(UTF_8), mapping, TestEndpoint.source());
    }

    @Test
    void repeated_elements_are_rows_with_what_stands_around_them() throws IOException {
        assertThat(read(
                        ORDERS,
                        paths(
                                true,
                                "$['orders']['order']",
                                "['@id']",
                                "who",
                                "line[1]._value_",
                                "line[1].@n",
                                "['p:note']",
                                "$.orders.total",
                                "$.orders.@day")))
                .containsExactly(
                        row(1L, "Ann & Co", "b", 3L, null, 2L, "2024-02-29"),
                        row(2L, null, null, null, "<x>", 2L, "2024-02-29"));
    }

    @Test
    void without_a_collection_a_file_is_one_row() throws IOException {
        assertThat(read(ORDERS, paths(true, "", "$.orders.order[0].line", "$.orders.order[1].@id")))
                .containsExactly(row("[{\"@n\":2,\"_value_\":\"a\"},{\"@n\":3,\"_value_\":\"b\"}]", 2L));
    }

    @Test
    void types_are_detected_unless_that_is_switched_off() throws IOException {
        String xml = "<r><a>1</a><b>2.50</b><c>true</c><d>007</d><e>1e3</e><f> x </f></r>";
        TreeMapping all = paths(false, "$.r", "a", "b", "c", "d", "e", "f");
        assertThat(read(xml, all)).containsExactly(row(1L, 2.5, true, "007", 1000.0, "x"));
        assertThat(read(
                        xml.getBytes(UTF_8),
                        all,
                        TestEndpoint.source().format("detectDataType", false).with("nullValue", "x")))
                .containsExactly(row("1", "2.50", "true", "007", "1e3", null));
    }

    @Test
    void namespaces_have_the_prefix_of_the_file_or_of_the_settings() throws IOException {
        String xml = "<a:r xmlns:a='urn:1' xmlns='urn:2' a:k='v'><x>1</x></a:r>";
        assertThat(read(xml, paths(false, "", "$['a:r']['x']", "$['a:r']['a:@k']")))
                .containsExactly(row(1L, "v"));
        assertThat(read(
                        xml.getBytes(UTF_8),
                        paths(false, "", "$['one:r']['two:x']", "$['one:r']['one:@k']"),
                        TestEndpoint.source().format("namespacePrefixes", Map.of("urn:1", "one", "urn:2", "two"))))
                .containsExactly(row(1L, "v"));
    }

    @Test
    void encodings_are_the_files_or_the_datasets() throws IOException {
        String body = "<r><a>ä€</a></r>";
        TreeMapping a = paths(false, "", "$.r.a");
        for (String name : List.of("UTF-16", "windows-1252", "UTF-8")) {
            byte[] declared = ("<?xml version='1.0' encoding='" + name + "'?>" + body)
                    .getBytes(java.nio.charset.Charset.forName(name));
            assertThat(read(declared, a, TestEndpoint.source())).containsExactly(row("ä€"));
        }
        assertThat(read(
                        body.getBytes(StandardCharsets.UTF_16LE),
                        a,
                        TestEndpoint.source().with("encodingName", "UTF-16LE")))
                .containsExactly(row("ä€"));
    }

    @Test
    void a_long_collection_is_never_held() throws IOException {
        StringBuilder xml = new StringBuilder("<all><head>h</head>");
        for (int i = 0; i < 60_000; i++) {
            xml.append("<row><i>")
                    .append(i)
                    .append("</i><t>")
                    .append("x".repeat(600))
                    .append("</t></row>");
        }
        assertThat(xml.length()).isGreaterThan((int) XmlElements.MOST);
        List<List<@Nullable Object>> rows =
                read(xml.append("</all>").toString(), paths(false, "$.all.row", "i", "$.all.head"));
        assertThat(rows).hasSize(60_000);
        assertThat(rows.getLast()).containsExactly(59_999L, "h");
        assertThatThrownBy(() -> read(xml.toString(), paths(false, "", "$.all.head")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("collectionReference");
    }

    @Test
    void document_types_bring_nothing_in() {
        String billion = "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><r>&b;</r>";
        String outside = "<!DOCTYPE r [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><r>&f;</r>";
        for (String xml : List.of(billion, outside)) {
            try {
                assertThat(read(xml, paths(false, "", "$.r")))
                        .allSatisfy(r -> assertThat(r.getFirst()).isNull());
            } catch (ProblemException | IOException e) {
                assertThat(e.getMessage()).contains("f.xml").doesNotContain("root:");
            }
        }
    }

    @Test
    void damage_is_located() {
        assertThatThrownBy(() -> read("<r>\n<a>1</a>\n<b></r>", paths(false, "", "$.r.a")))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().code()).isEqualTo("FileFormatInvalid");
                    assertThat(e.problem().location()).startsWith("f.xml:3:");
                });
    }

    @Test
    void random_damage_gives_rows_or_a_problem() throws IOException {
        Random dice = new Random(5);
        byte[] whole = ORDERS.getBytes(UTF_8);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            for (int n = 1 + dice.nextInt(3); n > 0; n--) {
                damaged[dice.nextInt(damaged.length)] = (byte) dice.nextInt(128);
            }
            try {
                assertThat(read(damaged, paths(true, "$.orders.order", "@id", "$.orders.total"), TestEndpoint.source()))
                        .hasSizeLessThan(4);
            } catch (ProblemException e) {
                assertThat(e.problem().message()).doesNotContain("unknown)");
            }
        }
    }

    @Test
    void validation_and_writing_are_refused() {
        assertThatThrownBy(() -> read(
                        ORDERS.getBytes(UTF_8),
                        TreeMapping.NONE,
                        TestEndpoint.source().format("validationMode", "xsd")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("validationMode");
        assertThatThrownBy(() -> new XmlFormat()
                        .encoder(TestEndpoint.sink().dataset("Xml").build()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Xml");
    }
}
