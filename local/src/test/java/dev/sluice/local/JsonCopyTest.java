package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trees to tables, tables to trees and trees to trees, with the mappings that Data Factory's pipelines have.
class JsonCopyTest {
    private static final String ORDERS = """
            {"id":1,"who":{"name":"Ann"},"items":[{"sku":"a","n":2},{"sku":"b","n":1.5}],"extra":{"x":[1,null]}}
            {"id":2,"who":{"name":"Bob"},"items":[],"late":"only here"}
            """;

    @TempDir
    Path work;

    private Path store;
    private Path factory;
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeFactory() throws IOException {
        store = Files.createDirectories(work.resolve("store"));
        factory = work.resolve("factory");
        Files.writeString(store.resolve("in.json"), ORDERS);
        Files.writeString(store.resolve("in.csv"), "id,name\n1,one\n2,\n");
        write("linkedService", "Folder", """
                {"name":"Folder","properties":{"type":"FileServer","typeProperties":{"host":"%s"}}}""".formatted(store));
        dataset("JsonIn", "Json", "in.json", "");
        dataset("JsonOut", "Json", "out.json", "");
        dataset("CsvIn", "DelimitedText", "in.csv", ",\"firstRowAsHeader\":true");
        dataset("CsvOut", "DelimitedText", "out.csv", ",\"firstRowAsHeader\":true");
    }

    private void dataset(String name, String type, String file, String more) throws IOException {
        write("dataset", name, """
                {"name":"%s","properties":{"type":"%s","linkedServiceName":{"referenceName":"Folder",
                "type":"LinkedServiceReference"},"typeProperties":{"location":{"type":"FileServerLocation",
                "fileName":"%s"}%s}}}""".formatted(name, type, file, more));
    }

    private void write(String kind, String name, String json) throws IOException {
        Files.writeString(Files.createDirectories(factory.resolve(kind)).resolve(name + ".json"), json);
    }

    private int copy(String from, String to, String source, String more) throws IOException {
        String sourceType = from.startsWith("Json") ? "JsonSource" : "DelimitedTextSource";
        String sink = to.startsWith("Json")
                ? "{\"type\":\"JsonSink\",\"formatSettings\":{\"type\":\"JsonWriteSettings\"}}"
                : "{\"type\":\"DelimitedTextSink\",\"formatSettings\":{\"type\":\"DelimitedTextWriteSettings\",\"quoteAllText\":false}}";
        write("pipeline", "P", """
                {"name":"P","properties":{"activities":[{"name":"C","type":"Copy",
                "inputs":[{"referenceName":"%s","type":"DatasetReference"}],
                "outputs":[{"referenceName":"%s","type":"DatasetReference"}],
                "typeProperties":{"source":{"type":"%s"%s},"sink":%s%s}}]}}""".formatted(from, to, sourceType, source, sink, more));
        return LocalMain.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(factory.toString(), "--pipeline", "P");
    }

    @Test
    void an_array_is_cross_applied_and_nested_values_become_columns() throws IOException {
        assertThat(copy("JsonIn", "CsvOut", "", """
                ,"translator":{"type":"TabularTranslator","collectionReference":"$['items']","mappings":[
                {"source":{"path":"$['id']"},"sink":{"name":"order"}},
                {"source":{"path":"$['who']['name']"},"sink":{"name":"who"}},
                {"source":{"path":"['sku']"},"sink":{"name":"sku"}},
                {"source":{"path":"['n']"},"sink":{"name":"n","type":"Decimal"}}]}""")).as("%s", err).isZero();
        assertThat(Files.readAllLines(store.resolve("out.csv")))
                .containsExactly("order,who,sku,n", "1,Ann,a,2.000000000000000000", "1,Ann,b,1.500000000000000000");
    }

    @Test
    void an_unmapped_tree_becomes_text_only_when_asked_for() throws IOException {
        assertThat(copy("JsonIn", "CsvOut", "", "")).isEqualTo(1);
        assertThat(err.toString()).contains("TypeConversionFailed").contains("mapComplexValuesToString");
        assertThat(copy("JsonIn", "CsvOut", "", """
                ,"translator":{"type":"TabularTranslator","mapComplexValuesToString":true,"mappings":[
                {"source":{"path":"$.id"},"sink":{"name":"id"}},
                {"source":{"path":"$.extra"},"sink":{"name":"extra"}}]}""")).as("%s", err).isZero();
        assertThat(Files.readAllLines(store.resolve("out.csv")))
                .containsExactly("id,extra", "1,\"{\\\"x\\\":[1,null]}\"", "2,");
    }

    @Test
    void without_a_mapping_whole_trees_are_copied_with_what_is_added() throws IOException {
        assertThat(copy(
                        "JsonIn",
                        "JsonOut",
                        ",\"additionalColumns\":[{\"name\":\"from\",\"value\":\"$$FILEPATH\"}]",
                        ""))
                .as("%s", err)
                .isZero();
        assertThat(Files.readAllLines(store.resolve("out.json")))
                .containsExactly(
                        "{\"id\":1,\"who\":{\"name\":\"Ann\"},\"items\":[{\"sku\":\"a\",\"n\":2},{\"sku\":\"b\",\"n\":1.5}],"
                                + "\"extra\":{\"x\":[1,null]},\"from\":\"in.json\"}",
                        "{\"id\":2,\"who\":{\"name\":\"Bob\"},\"items\":[],\"late\":\"only here\",\"from\":\"in.json\"}");
    }

    @Test
    void a_mapped_tree_keeps_its_subtrees_in_another_tree() throws IOException {
        assertThat(copy("JsonIn", "JsonOut", "", """
                ,"translator":{"type":"TabularTranslator","mappings":[
                {"source":{"path":"$['id']"},"sink":{"path":"$['order']['number']"}},
                {"source":{"path":"$['items']"},"sink":{"path":"$['order']['lines']"}}]}""")).as("%s", err).isZero();
        assertThat(Files.readAllLines(store.resolve("out.json")))
                .containsExactly(
                        "{\"order\":{\"number\":1,\"lines\":[{\"sku\":\"a\",\"n\":2},{\"sku\":\"b\",\"n\":1.5}]}}",
                        "{\"order\":{\"number\":2,\"lines\":[]}}");
    }

    @Test
    void a_table_becomes_trees() throws IOException {
        assertThat(copy("CsvIn", "JsonOut", "", """
                ,"translator":{"type":"TabularTranslator","mappings":[
                {"source":{"name":"id","type":"Int32"},"sink":{"path":"$['key']['id']","type":"Int32"}},
                {"source":{"name":"name"},"sink":{"path":"$['name']"}}]}""")).as("%s", err).isZero();
        assertThat(Files.readAllLines(store.resolve("out.json")))
                .containsExactly("{\"key\":{\"id\":1},\"name\":\"one\"}", "{\"key\":{\"id\":2},\"name\":null}");
        assertThat(copy("CsvIn", "JsonOut", "", "")).as("%s", err).isZero();
        assertThat(Files.readAllLines(store.resolve("out.json")))
                .containsExactly("{\"id\":\"1\",\"name\":\"one\"}", "{\"id\":\"2\",\"name\":null}");
    }
}
