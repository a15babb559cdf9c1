package dev.sluice.local.factory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Pipelines as Fabric writes them.
class InlineDatasetsTest {
    private static Document pipeline(String name, String activity) {
        return new Document(
                DocumentKind.PIPELINE, name, Json.parseObject("{\"properties\":{\"activities\":[" + activity + "]}}"));
    }

    private static Document find(List<Document> all, DocumentKind kind, String name) {
        return all.stream()
                .filter(d -> d.kind() == kind && d.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_dataset_inside_an_activity_becomes_documents_and_references() {
        Document fabric = pipeline("Load", """
                {"name":"Copy","type":"Copy","typeProperties":{
                 "source":{"type":"DelimitedTextSource","datasetSettings":{"type":"DelimitedText","annotations":[],
                   "typeProperties":{"location":{"type":"FileServerLocation","fileName":"@pipeline().parameters.file"}},
                   "linkedService":{"name":"files","properties":{"type":"FileServer",
                     "typeProperties":{"host":{"value":"@concat('/', pipeline().parameters.root)","type":"Expression"}}}}}},
                 "sink":{"type":"ParquetSink","datasetSettings":{"type":"Parquet",
                   "externalReferences":{"connection":"0a1b"},"typeProperties":{"location":{"type":"FileServerLocation"}}}}}}""");
        List<Document> all = InlineDatasets.outside(List.of(fabric));
        assertThat(all)
                .extracting(d -> d.kind() + " " + d.name())
                .containsExactly(
                        "PIPELINE Load", "LINKED_SERVICE files", "DATASET Load_Copy_source", "DATASET Load_Copy_sink");
        String activity =
                Json.write(all.getFirst().properties().json().path("activities").path(0));
        assertThat(activity)
                .doesNotContain("datasetSettings")
                .contains(
                        "\"inputs\":[{\"referenceName\":\"Load_Copy_source\",\"type\":\"DatasetReference\",\"parameters\":"
                                + "{\"p1\":{\"value\":\"@pipeline().parameters.file\",\"type\":\"Expression\"},"
                                + "\"p2\":{\"value\":\"@concat('/', pipeline().parameters.root)\",\"type\":\"Expression\"}}}]")
                .contains("\"outputs\":[{\"referenceName\":\"Load_Copy_sink\",\"type\":\"DatasetReference\"}]");
        Document source = find(all, DocumentKind.DATASET, "Load_Copy_source");
        assertThat(Json.write(source.properties().json()))
                .contains("\"fileName\":\"@dataset().p1\"")
                .contains("\"linkedServiceName\":{\"referenceName\":\"files\",\"type\":\"LinkedServiceReference\","
                        + "\"parameters\":{\"p1\":{\"value\":\"@dataset().p2\",\"type\":\"Expression\"}}}")
                .contains("\"parameters\":{\"p1\":{\"type\":\"string\"},\"p2\":{\"type\":\"string\"}}");
        assertThat(Json.write(find(all, DocumentKind.LINKED_SERVICE, "files")
                        .properties()
                        .json()))
                .contains("\"host\":{\"value\":\"@linkedService().p1\",\"type\":\"Expression\"}");
        assertThat(Json.write(find(all, DocumentKind.DATASET, "Load_Copy_sink")
                        .properties()
                        .json()))
                .contains("\"linkedServiceName\":{\"referenceName\":\"0a1b\"");
    }

    @Test
    void connections_of_one_name_that_differ_stay_apart_and_equal_ones_are_one() {
        String lookup = """
                {"name":"%s","type":"Lookup","typeProperties":{"source":{"type":"JsonSource"},"datasetSettings":{"type":"Json",
                 "typeProperties":{},"linkedService":{"name":"c","properties":{"type":"FileServer","typeProperties":{"host":"%s"}}}}}}""";
        List<Document> all = InlineDatasets.outside(List.of(pipeline(
                "P",
                lookup.formatted("A", "/x") + "," + lookup.formatted("B", "/y") + "," + lookup.formatted("C", "/x"))));
        assertThat(all.stream()
                        .filter(d -> d.kind() == DocumentKind.LINKED_SERVICE)
                        .map(Document::name))
                .containsExactly("c", "c_2");
        assertThat(find(all, DocumentKind.DATASET, "P_C")
                        .properties()
                        .member("linkedServiceName")
                        .json()
                        .path("referenceName")
                        .asString())
                .isEqualTo("c");
        assertThat(all.getFirst()
                        .json()
                        .at("/properties/activities/0/typeProperties/dataset/referenceName")
                        .asString())
                .isEqualTo("P_A");
    }

    @Test
    void what_holds_none_stays_as_it_is() {
        Document plain =
                pipeline("P", "{\"name\":\"W\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":1}}");
        assertThat(InlineDatasets.outside(List.of(plain)).getFirst()).isSameAs(plain);
    }
}
