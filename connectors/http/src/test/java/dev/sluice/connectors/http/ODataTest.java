package dev.sluice.connectors.http;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.http.WebServer.Reply;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against an HTTP server that answers as services of OData 4 and 2 do, by the protocol's documents.
final class ODataTest {
    private static final String METADATA = """
            <?xml version="1.0"?>
            <edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
            <Schema Namespace="Shop.Model" Alias="Self" xmlns="http://docs.oasis-open.org/odata/ns/edm">
            <EntityType Name="Thing" Abstract="true"><Key><PropertyRef Name="Id"/></Key>
             <Property Name="Id" Type="Edm.Int32" Nullable="false"/></EntityType>
            <EntityType Name="Order" BaseType="Self.Thing">
             <Property Name="Total" Type="Edm.Decimal" Precision="10" Scale="2"/>
             <Property Name="Placed" Type="Edm.DateTimeOffset"/><Property Name="Due" Type="Edm.Date"/>
             <Property Name="Mark" Type="Edm.Guid"/><Property Name="Paid" Type="Edm.Boolean"/>
             <Property Name="Note" Type="Edm.String"/><Property Name="Tags" Type="Collection(Edm.String)"/>
             <Property Name="Photo" Type="Edm.Stream"/>
             <NavigationProperty Name="Customer" Type="Self.Customer"/></EntityType>
            <EntityType Name="Customer" BaseType="Self.Thing"><Property Name="Name" Type="Edm.String"/></EntityType>
            <EntityContainer Name="All"><EntitySet Name="Orders" EntityType="Self.Order"/></EntityContainer>
            </Schema></edmx:DataServices></edmx:Edmx>""";

    private static final String GUID = "11111111-2222-3333-4444-555555555555";

    private final TestJob job = new TestJob();

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private static Endpoint endpoint(String url, String path, String query) {
        return TestEndpoint.source()
                .linkedService("OData", Map.of("url", url, "authenticationType", "Anonymous"))
                .dataset("ODataResource")
                .with("path", path)
                .activity("query", query)
                .build();
    }

    private Schema schema;

    private List<List<@Nullable Object>> read(Endpoint endpoint) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = new ODataConnector().source(endpoint, job)) {
            schema = source.schema();
            int[] columns = IntStream.range(0, schema.size()).toArray();
            try (Reader reader = source.open(source.splits(4).getFirst(), columns, RefusedRows.failing(job));
                    Batch batch = new Batch(schema, 3, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
            }
        }
        return rows;
    }

    /// Two pages, the second by a token; nothing in it but the key.
    private static Reply orders(WebServer.Asked asked) {
        if (asked.target().endsWith("$metadata")) {
            return new Reply(200, METADATA, Map.of("Content-Type", "application/xml"));
        }
        if (!asked.target().startsWith("/shop/Orders")) {
            return new Reply(404, "{\"error\":{\"code\":\"\",\"message\":\"no such set\"}}", Map.of());
        }
        return asked.target().contains("$skiptoken=2")
                ? Reply.ok("{\"value\":[{\"Id\":3}]}")
                : Reply.ok("""
                        {"@odata.context":"$metadata#Orders","value":[
                         {"@odata.etag":"x","Id":1,"Total":12.50,"Placed":"2024-02-29T10:00:00+02:00","Due":"2024-03-01",
                          "Mark":"%s","Paid":true,"Note":"a, b","Tags":["x","y"],"Customer":{"Id":7,"Name":"Ann"}},
                         {"Id":2,"Total":-0.01,"Placed":null,"Due":null,"Mark":null,"Paid":false,"Note":"","Tags":[]}],
                         "@odata.nextLink":"Orders?$skiptoken=2"}""".formatted(GUID));
    }

    private static List<String> targets(WebServer server) {
        return server.asked.stream().map(WebServer.Asked::target).toList();
    }

    @Test
    void columns_and_types_are_those_of_the_metadata_and_next_links_are_followed() throws IOException {
        try (WebServer server = new WebServer(ODataTest::orders)) {
            List<List<@Nullable Object>> rows = read(endpoint(server.url() + "/shop", "Orders", ""));
            assertThat(schema.fields())
                    .containsExactly(
                            new Field("Id", DataType.INT32),
                            new Field("Total", DataType.decimal(10, 2)),
                            new Field("Placed", DataType.instant(7)),
                            new Field("Due", DataType.DATE),
                            new Field("Mark", DataType.GUID),
                            new Field("Paid", DataType.BOOLEAN),
                            new Field("Note", DataType.STRING),
                            new Field("Tags", DataType.STRING));
            assertThat(rows).hasSize(3);
            assertThat(rows.getFirst().toString())
                    .contains("12.50", "2024-02-29T08:00", "2024-03-01", GUID, "a, b", "[\"x\",\"y\"]");
            assertThat(rows.get(1).subList(0, 2).toString()).contains("2", "-0.01");
            assertThat(rows.get(2)).isEqualTo(row(3, null, null, null, null, null, null, null));
            assertThat(targets(server)).containsExactly("/shop/$metadata", "/shop/Orders", "/shop/Orders?$skiptoken=2");
            assertThat(server.asked.get(1).header("OData-MaxVersion")).isEqualTo("4.01");
        }
    }

    @Test
    void a_query_is_passed_on_and_says_which_columns_there_are() throws IOException {
        try (WebServer server = new WebServer(ODataTest::orders)) {
            String query = "?$filter=Paid eq true&$select=Note,Id&$expand=Customer($select=Name)";
            List<List<@Nullable Object>> rows = read(endpoint(server.url() + "/shop/", "/Orders", query));
            assertThat(schema.names()).containsExactly("Id", "Note", "Customer");
            assertThat(rows.getFirst()).isEqualTo(row(1, "a, b", "{\"Id\":7,\"Name\":\"Ann\"}"));
            assertThat(targets(server).get(1))
                    .isEqualTo("/shop/Orders?$filter=Paid%20eq%20true&$select=Note,Id&$expand=Customer($select=Name)");
        }
    }

    @Test
    void a_service_without_metadata_is_read_by_what_its_rows_show() throws IOException {
        try (WebServer server = new WebServer(a -> a.target().contains("metadata")
                ? new Reply(404, "", Map.of())
                : Reply.ok("{\"value\":[{\"a\":1,\"b\":\"x\"},{\"a\":2,\"b\":null}]}"))) {
            assertThat(read(endpoint(server.url(), "Things", ""))).containsExactly(row(1L, "x"), row(2L, null));
        }
    }

    @Test
    void a_service_of_odata_2_wraps_its_rows_and_its_next_link() throws IOException {
        String metadata = """
                <edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices>
                <Schema Namespace="Old" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
                <EntityType Name="P"><Property Name="Id" Type="Edm.Int64"/><Property Name="At" Type="Edm.DateTime"/>
                </EntityType><EntityContainer Name="C"><EntitySet Name="Ps" EntityType="Old.P"/></EntityContainer>
                </Schema></edmx:DataServices></edmx:Edmx>""";
        try (WebServer server = new WebServer(a -> a.target().contains("metadata")
                ? Reply.ok(metadata)
                : a.target().contains("skip")
                        ? Reply.ok("{\"d\":{\"results\":[{\"Id\":\"9007199254740993\",\"At\":null}]}}")
                        : a.target().contains("Ps(1)")
                                ? Reply.ok("{\"d\":{\"Id\":\"1\"}}")
                                : Reply.ok(
                                        "{\"d\":{\"results\":[{\"__metadata\":{},\"Id\":\"1\",\"At\":\"/Date(0)/\"}],"
                                                + "\"__next\":\"Ps?$skiptoken=1\"}}"))) {
            assertThat(read(endpoint(server.url(), "Ps", "")))
                    .containsExactly(row(1L, "/Date(0)/"), row(9007199254740993L, null));
            assertThat(server.asked.get(1).header("Accept")).contains("verbose");
            assertThatThrownBy(() -> read(endpoint(server.url(), "Ps(1)", "")))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo("SettingNotSupported"));
        }
    }

    @Test
    void what_the_service_refuses_is_called_by_its_name() throws IOException {
        try (WebServer server = new WebServer(ODataTest::orders)) {
            assertThatThrownBy(() -> read(endpoint(server.url() + "/shop", "Nothing", "")))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().message()).contains("/shop/Nothing"));
            new ODataConnector().test(endpoint(server.url() + "/shop", "", ""), job);
        }
        try (WebServer server = new WebServer(a -> new Reply(401, "who are you", Map.of()))) {
            assertThatThrownBy(() -> new ODataConnector().test(endpoint(server.url(), "", ""), job))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo("CredentialRejected"));
        }
        try (WebServer server =
                new WebServer(a -> Reply.ok("<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"))) {
            assertThatThrownBy(() -> read(endpoint(server.url(), "Orders", "")))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().message()).doesNotContain("root:"));
        }
    }
}
