package dev.sluice.connectors.http;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.http.WebServer.Asked;
import dev.sluice.connectors.http.WebServer.Reply;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The services that have a description, against an HTTP server that answers as their documentation says. Nothing of
/// theirs runs where the tests do.
final class DescribedServicesTest {
    private final TestJob job = new TestJob();
    private Schema schema = new Schema(List.of());

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private static TableConnector connector(String file) {
        return (TableConnector) new DescribedServices().connector(file);
    }

    private List<List<@Nullable Object>> read(String file, Endpoint endpoint) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = connector(file).source(endpoint, job)) {
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

    private List<String> columns() {
        return schema.fields().stream().map(Field::name).toList();
    }

    private static Reply token(Asked asked, String... wanted) {
        assertThat(asked.method()).isEqualTo("POST");
        assertThat(asked.body()).contains(wanted);
        return Reply.ok("{\"access_token\":\"t0ken\"}");
    }

    private static Map<String, Object> salesforce(WebServer server) {
        return Map.of("environmentUrl", server.url() + "/", "clientId", "app", "clientSecret", "s3cret");
    }

    private static Reply salesforce(Asked asked) {
        String target = asked.target();
        if (target.equals("/services/oauth2/token")) {
            return token(asked, "grant_type=client_credentials", "client_id=app", "client_secret=s3cret");
        }
        assertThat(asked.header("Authorization")).isEqualTo("Bearer t0ken");
        return switch (target) {
            case "/services/data/v60.0/sobjects/Account/describe" -> Reply.ok("""
                    {"name":"Account","fields":[{"name":"Id","type":"id"},{"name":"Sum","type":"currency"},
                     {"name":"BillingAddress","type":"address"},{"name":"Active","type":"boolean"},
                     {"name":"Seen","type":"datetime"},{"name":"Born","type":"date"},{"name":"Size","type":"int"}]}""");
            case "/services/data/v60.0/query?q=SELECT%20Id,Sum,Active,Seen,Born,Size%20FROM%20Account" -> Reply.ok("""
                    {"totalSize":2,"done":false,"nextRecordsUrl":"/services/data/v60.0/query/01g-2000","records":[
                     {"attributes":{"type":"Account"},"Id":"001","Sum":1.5,"Active":true,
                      "Seen":"2024-02-29T12:30:00.000+0000","Born":"1999-12-31","Size":7}]}""");
            case "/services/data/v60.0/query?q=SELECT%20Id%20FROM%20Lead%20WHERE%20Name%3D%27A%26B%27" ->
                Reply.ok("{\"done\":true,\"records\":[{\"attributes\":{\"type\":\"Lead\"},\"Id\":\"00Q\"}]}");
            case "/services/data/v60.0/query/01g-2000" -> Reply.ok("""
                    {"totalSize":2,"done":true,"records":[{"attributes":{"type":"Account"},"Id":"002","Sum":null,
                     "Active":false,"Seen":null,"Born":null,"Size":null}]}""");
            default -> new Reply(404, "[{\"errorCode\":\"NOT_FOUND\"}]", Map.of());
        };
    }

    @Test
    void salesforce_objects_have_the_columns_that_the_service_tells_of() throws IOException {
        try (WebServer server = new WebServer(DescribedServicesTest::salesforce)) {
            Endpoint endpoint = TestEndpoint.source()
                    .linkedService("SalesforceV2", salesforce(server))
                    .dataset("SalesforceV2Object")
                    .with("objectApiName", "Account")
                    .build();
            List<List<@Nullable Object>> rows = read("salesforce", endpoint);
            assertThat(columns()).containsExactly("Id", "Sum", "Active", "Seen", "Born", "Size");
            assertThat(schema.fields().stream().map(f -> f.type().kind()))
                    .containsExactly(
                            DataType.Kind.STRING,
                            DataType.Kind.FLOAT64,
                            DataType.Kind.BOOLEAN,
                            DataType.Kind.INSTANT,
                            DataType.Kind.DATE,
                            DataType.Kind.INT32);
            assertThat(rows).hasSize(2);
            assertThat(rows.getFirst().get(3)).hasToString("2024-02-29T12:30:00Z");
            assertThat(rows.get(1)).isEqualTo(row("002", null, false, null, null, null));
        }
    }

    @Test
    void a_statement_of_soql_has_the_columns_of_its_rows_without_their_attributes() throws IOException {
        try (WebServer server = new WebServer(DescribedServicesTest::salesforce)) {
            Endpoint endpoint = TestEndpoint.source()
                    .linkedService("SalesforceV2", salesforce(server))
                    .dataset("SalesforceV2Object")
                    .activity("SOQLQuery", "SELECT Id FROM Lead WHERE Name='A&B'")
                    .build();
            assertThat(read("salesforce", endpoint)).containsExactly(row("00Q"));
            assertThat(columns()).containsExactly("Id");
        }
    }

    @Test
    void dataverse_is_asked_who_gives_out_tokens_and_what_an_entitys_set_is_called() throws IOException {
        String[] here = new String[1];
        try (WebServer server = new WebServer(asked -> switch (asked.target()) {
            case "/tenant-1/oauth2/token" ->
                token(asked, "client_id=app", "client_secret=s3cret", "resource=http%3A%2F%2Flocalhost");
            case "/api/data/v9.2/EntityDefinitions(LogicalName='contact')?$select=EntitySetName" ->
                Reply.ok("{\"EntitySetName\":\"contacts\"}");
            case "/api/data/v9.2/$metadata" -> new Reply(200, """
                    <edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
                    <Schema Namespace="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityType Name="contact">
                    <Property Name="contactid" Type="Edm.Guid"/><Property Name="age" Type="Edm.Int32"/></EntityType>
                    <EntityContainer Name="System"><EntitySet Name="contacts" EntityType="mscrm.contact"/>
                    </EntityContainer></Schema></edmx:DataServices></edmx:Edmx>""", Map.of());
            case "/api/data/v9.2/contacts" -> {
                assertThat(asked.header("Authorization")).isEqualTo("Bearer t0ken");
                yield Reply.ok("{\"value\":[{\"contactid\":\"11111111-2222-3333-4444-555555555555\",\"age\":7}]}");
            }
            default ->
                new Reply(
                        401,
                        "",
                        Map.of(
                                "WWW-Authenticate",
                                "Bearer authorization_uri=" + here[0] + "/tenant-1/oauth2/authorize, resource_id=x"));
        })) {
            here[0] = server.url();
            Endpoint endpoint = TestEndpoint.source()
                    .linkedService(
                            "CommonDataServiceForApps",
                            Map.of(
                                    "deploymentType", "Online",
                                    "serviceUri", server.url(),
                                    "authenticationType", "AADServicePrincipal",
                                    "servicePrincipalId", "app",
                                    "servicePrincipalCredentialType", "ServicePrincipalKey",
                                    "servicePrincipalCredential", "s3cret"))
                    .dataset("CommonDataServiceForAppsEntity")
                    .with("entityName", "contact")
                    .build();
            assertThat(read("dynamics", endpoint)).hasSize(1);
            assertThat(schema.fields().stream().map(f -> f.type().kind()))
                    .containsExactly(DataType.Kind.GUID, DataType.Kind.INT32);
        }
    }

    @Test
    void no_stranger_that_a_service_names_is_told_a_secret() throws IOException {
        try (WebServer server = new WebServer(asked -> new Reply(
                401,
                "",
                Map.of("WWW-Authenticate", "Bearer authorization_uri=https://login.example.org/t/oauth2/authorize")))) {
            Endpoint endpoint = TestEndpoint.source()
                    .linkedService(
                            "Dynamics",
                            Map.of(
                                    "serviceUri", server.url(),
                                    "authenticationType", "AADServicePrincipal",
                                    "servicePrincipalId", "app",
                                    "servicePrincipalCredential", "s3cret"))
                    .dataset("DynamicsEntity")
                    .with("entityName", "contact")
                    .build();
            assertThatThrownBy(() -> read("dynamics", endpoint))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageNotContaining("s3cret");
            assertThat(server.asked).extracting(Asked::method).containsOnly("GET");
            assertThat(server.asked).extracting(Asked::body).containsOnly("");
        }
    }

    @Test
    void sap_and_ax_are_read_as_odata_with_their_own_members() throws IOException {
        try (WebServer server = new WebServer(asked -> {
            assertThat(asked.header("Authorization")).startsWith("Basic ");
            return switch (asked.target()) {
                case "/sap/Orders?$top=1" -> Reply.ok("{\"value\":[{\"Id\":1}]}");
                default -> new Reply(404, "", Map.of());
            };
        })) {
            Endpoint endpoint = TestEndpoint.source()
                    .linkedService(
                            "SapEcc", Map.of("url", server.url() + "/sap", "username", "u", "password", "s3cret"))
                    .dataset("SapEccResource")
                    .with("path", "Orders")
                    .activity("query", "$top=1")
                    .build();
            assertThat(read("sap-odata", endpoint)).containsExactly(row(1L));
        }
    }

    @Test
    void tables_of_servicenow_are_read_page_by_page_as_their_links_say() throws IOException {
        String path = "/api/now/table/incident?sysparm_limit=1000&sysparm_exclude_reference_link=true";
        try (WebServer server = new WebServer(asked -> {
            if (asked.target().equals("/oauth_token.do")) {
                return token(asked, "grant_type=password", "username=u", "password=s3cret", "client_secret=cs");
            }
            assertThat(asked.header("Authorization")).isEqualTo("Bearer t0ken");
            return asked.target().equals(path + "&sysparm_query=ORDERBYsys_id")
                    ? new Reply(
                            200,
                            "{\"result\":[{\"sys_id\":\"a\",\"state\":\"1\"}]}",
                            Map.of(
                                    "Link",
                                    "<" + path + "&sysparm_offset=0>;rel=\"first\",<" + path
                                            + "&sysparm_offset=1000>;rel=\"next\""))
                    : Reply.ok("{\"result\":[{\"sys_id\":\"b\",\"state\":\"2\"}]}");
        })) {
            Endpoint endpoint = TestEndpoint.source()
                    .linkedService(
                            "ServiceNowV2",
                            Map.of(
                                    "endpoint", server.url(),
                                    "authenticationType", "OAuth2",
                                    "username", "u",
                                    "password", "s3cret",
                                    "clientId", "app",
                                    "clientSecret", "cs"))
                    .dataset("ServiceNowV2Object")
                    .with("tableName", "incident")
                    .build();
            assertThat(read("servicenow", endpoint)).containsExactly(row("a", "1"), row("b", "2"));
            assertThat(columns()).containsExactly("sys_id", "state");
        }
    }

    @Test
    void what_a_description_cannot_follow_is_refused_with_what_to_do_instead() throws IOException {
        try (WebServer server = new WebServer(asked -> Reply.ok("{}"))) {
            Endpoint endpoint = TestEndpoint.source()
                    .linkedService(
                            "ServiceNow",
                            Map.of(
                                    "endpoint",
                                    server.url(),
                                    "authenticationType",
                                    "Basic",
                                    "username",
                                    "u",
                                    "password",
                                    "p"))
                    .dataset("ServiceNowObject")
                    .with("tableName", "incident")
                    .activity("query", "SELECT * FROM incident")
                    .build();
            assertThatThrownBy(() -> read("servicenow", endpoint))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("statements of SQL");
            assertThat(server.asked).isEmpty();
        }
    }

    @Test
    void a_list_of_sharepoint_is_read_with_a_token_for_its_site() throws IOException {
        try (WebServer server = new WebServer(asked -> {
            if (asked.target().equals("/t1/tokens/OAuth/2")) {
                return token(
                        asked,
                        "client_id=app%40t1",
                        "resource=00000003-0000-0ff1-ce00-000000000000%2Flocalhost%40t1",
                        "client_secret=s3cret");
            }
            assertThat(asked.header("Accept")).isEqualTo("application/json;odata=nometadata");
            return asked.target().equals("/sites/s/_api/web/lists/getbytitle('Bob%27%27s%20list')/items?$top=5000")
                    ? Reply.ok("{\"odata.nextLink\":\"/sites/s/next?p=2\",\"value\":[{\"Id\":1,\"Title\":\"a\"}]}")
                    : Reply.ok("{\"value\":[{\"Id\":2,\"Title\":null}]}");
        })) {
            Endpoint endpoint = TestEndpoint.source()
                    .linkedService(
                            "SharePointOnlineList",
                            Map.of(
                                    "siteUrl", server.url() + "/sites/s",
                                    "tenantId", "t1",
                                    "servicePrincipalId", "app",
                                    "servicePrincipalKey", "s3cret",
                                    "tokenEndpoint", server.url()))
                    .dataset("SharePointOnlineListResource")
                    .with("listName", "Bob's list")
                    .build();
            assertThat(read("sharepoint-list", endpoint)).containsExactly(row(1L, "a"), row(2L, null));
        }
    }

    @Test
    void shopify_hubspot_and_jira_have_rows_that_paths_lead_into() throws IOException {
        try (WebServer server = new WebServer(asked -> switch (asked.target()) {
            case "/admin/api/2024-01/orders.json?limit=250" -> {
                assertThat(asked.header("X-Shopify-Access-Token")).isEqualTo("s3cret");
                yield Reply.ok("{\"orders\":[{\"id\":1,\"customer\":{\"name\":\"Ann\"}}]}");
            }
            case "/crm/v3/properties/contacts" -> Reply.ok("{\"results\":[{\"name\":\"email\",\"type\":\"string\"}]}");
            case "/crm/v3/objects/contacts?limit=100&properties=email" ->
                Reply.ok("{\"results\":[{\"id\":\"1\",\"properties\":{\"email\":\"a@b\"}}],"
                        + "\"paging\":{\"next\":{\"after\":\"9\"}}}");
            case "/crm/v3/objects/contacts?limit=100&properties=email&after=9" -> {
                assertThat(asked.header("Authorization")).isEqualTo("Bearer s3cret");
                yield Reply.ok("{\"results\":[{\"id\":\"2\",\"properties\":{\"email\":null}}]}");
            }
            case "/rest/api/3/project/search?maxResults=50" ->
                Reply.ok("{\"values\":[{\"key\":\"P\",\"lead\":{\"name\":\"Bob\"}}]}");
            default -> new Reply(404, asked.target(), Map.of());
        })) {
            String port = server.url().substring(server.url().lastIndexOf(':') + 1);
            TreeMapping into = new TreeMapping(
                    "", List.of(new TreeMapping.Column("customer.name", true, Optional.empty())), false, false);
            assertThat(read(
                            "shopify",
                            TestEndpoint.source()
                                    .linkedService("Shopify", Map.of("host", server.url(), "accessToken", "s3cret"))
                                    .dataset("ShopifyObject")
                                    .with("tableName", "\"Shopify\".\"Orders\"")
                                    .build()
                                    .withTrees(into)))
                    .containsExactly(row("Ann"));
            assertThat(read(
                            "hubspot",
                            TestEndpoint.source()
                                    .linkedService(
                                            "Hubspot",
                                            Map.of("host", server.url(), "clientId", "c", "accessToken", "s3cret"))
                                    .dataset("HubspotObject")
                                    .with("tableName", "contacts")
                                    .build()))
                    .containsExactly(row("1", "{\"email\":\"a@b\"}"), row("2", "{\"email\":null}"));
            assertThat(read(
                            "jira",
                            TestEndpoint.source()
                                    .linkedService(
                                            "Jira",
                                            Map.of(
                                                    "host", "localhost",
                                                    "port", port,
                                                    "useEncryptedEndpoints", false,
                                                    "username", "u",
                                                    "password", "p"))
                                    .dataset("JiraObject")
                                    .with("tableName", "Projects")
                                    .build()))
                    .containsExactly(row("P", "{\"name\":\"Bob\"}"));
        }
    }

    @Test
    void every_description_can_be_read_and_serves_types_of_its_own() {
        Set<String> seen = new HashSet<>();
        assertThat(new DescribedServices().names()).contains("salesforce", "dynamics", "servicenow");
        for (Connector c : new DescribedServices().connectors()) {
            assertThat(c.descriptor().fields()).as(c.descriptor().name()).isNotEmpty();
            c.descriptor()
                    .linkedServiceTypes()
                    .forEach(t -> assertThat(seen.add(t.toLowerCase(Locale.ROOT)))
                            .as(t)
                            .isTrue());
        }
    }

    @Test
    void a_wrong_secret_is_told_when_the_connection_is_tested() throws IOException {
        try (WebServer server = new WebServer(asked -> new Reply(400, "{\"error\":\"invalid_client\"}", Map.of()))) {
            Endpoint endpoint = TestEndpoint.source()
                    .linkedService("SalesforceV2", salesforce(server))
                    .dataset("SalesforceV2Object")
                    .build();
            assertThatThrownBy(() -> connector("salesforce").test(endpoint, job))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().fault().code()).isEqualTo("CredentialRejected"))
                    .hasMessageNotContaining("s3cret");
        }
    }
}
