package dev.sluice.model.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Golden;
import dev.sluice.model.Json;
import dev.sluice.model.Parameter;
import dev.sluice.model.Place;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SecretPlacesTest {
    private static final ObjectNode SERVICE = Json.parseObject("""
            {"name": "all", "properties": {
              "type": "Everything",
              "description": "the key of the house; no secret",
              "parameters": {"pw": {"type": "SecureString", "defaultValue": "s3cret-default"}, "h": {"type": "String", "defaultValue": "h"}},
              "typeProperties": {
                "host": "db.example.org", "accessKeyId": "AKIAEXAMPLE", "servicePrincipalId": "0000",
                "password": {"type": "SecureString", "value": "s3cret-object"},
                "Pwd": {"type": "securestring", "VALUE": "s3cret-case"},
                "accountKey": "s3cret-member",
                "encryptedCredential": "s3cret-encrypted",
                "sasUri": {"type": "SecureString", "value": "https://a.example.org/c?sig=s3cret-sas"},
                "connectionString": "Host=db.example.org;Database=d;User ID=u;Password=s3cret-pair;Port=5432",
                "url": "https://a.example.org/x?st=1&sig=s3cret-sig&sp=r",
                "mongo": "mongodb://user:s3cret-userinfo@m.example.org/db",
                "key": "s3cret-key",
                "nested": {"key": "k", "clientSecret": "s3cret-nested"},
                "authHeaders": {"X-Api": "s3cret-header", "Other": {"type": "SecureString", "value": "s3cret-header2"}},
                "vault": {"type": "AzureKeyVaultSecret", "store": {"referenceName": "kv"}, "secretName": "password"},
                "late": {"type": "SecureString", "value": "@{linkedService().pw}"},
                "refreshToken": "@linkedService().token",
                "empty": {"type": "SecureString", "value": ""}
              }}}""");

    @Test
    void every_secret_is_found_and_nothing_else() {
        assertThat(SecretPlaces.find(SERVICE))
                .extracting(s -> s.pointer() + " " + s.form())
                .containsExactly(
                        "/properties/parameters/pw/defaultValue MEMBER",
                        "/properties/typeProperties/password SECURE_STRING",
                        "/properties/typeProperties/Pwd SECURE_STRING",
                        "/properties/typeProperties/accountKey MEMBER",
                        "/properties/typeProperties/encryptedCredential MEMBER",
                        "/properties/typeProperties/sasUri SECURE_STRING",
                        "/properties/typeProperties/connectionString CONNECTION_STRING",
                        "/properties/typeProperties/url CONNECTION_STRING",
                        "/properties/typeProperties/mongo CONNECTION_STRING",
                        "/properties/typeProperties/key MEMBER",
                        "/properties/typeProperties/nested/clientSecret MEMBER",
                        "/properties/typeProperties/authHeaders/X-Api MEMBER",
                        "/properties/typeProperties/authHeaders/Other SECURE_STRING");
        assertThat(SecretPlaces.find(SERVICE).toString()).doesNotContain("s3cret");
    }

    @Test
    void sealed_and_masked_documents_hold_no_secret() {
        ObjectNode sealed = SecretPlaces.seal(SERVICE, SecretPlacesTest::seal);
        assertThat(Json.write(sealed)).doesNotContain("s3cret");
        assertThat(SecretPlaces.find(sealed)).isEmpty();
        Golden.check("linked-service-sealed.json", sealed);
        ObjectNode masked = SecretPlaces.masked(sealed);
        assertThat(Json.write(masked)).doesNotContain("s3cret").doesNotContain("sealed");
        assertThat(SecretPlaces.find(masked)).isEmpty();
        Golden.check("linked-service-masked.json", masked);
        assertThat(SecretPlaces.masked(SERVICE)).isEqualTo(masked);
    }

    @Test
    void opening_gives_back_every_secret() {
        JsonNode opened = SecretPlaces.open(
                SecretPlaces.seal(SERVICE, SecretPlacesTest::seal),
                cms -> new String(Base64.getDecoder().decode(cms), StandardCharsets.UTF_8));
        JsonNode settings = opened.at("/properties/typeProperties");
        assertThat(SecretPlaces.plain(settings.path("password"))).contains("s3cret-object");
        assertThat(SecretPlaces.plain(settings.path("connectionString")))
                .contains("Host=db.example.org;Database=d;User ID=u;Password=s3cret-pair;Port=5432");
        assertThat(SecretPlaces.plain(settings.path("host"))).contains("db.example.org");
        assertThat(Json.write(opened)).contains("s3cret-default", "s3cret-sig", "s3cret-header2");
    }

    @Test
    void a_document_read_masked_and_put_back_keeps_its_sealed_secrets() {
        ObjectNode stored = SecretPlaces.seal(SERVICE, SecretPlacesTest::seal);
        ObjectNode back = SecretPlaces.masked(stored);
        assertThat(SecretPlaces.restore(back, stored)).isEqualTo(stored);
        ((ObjectNode) back.at("/properties/typeProperties"))
                .put("host", "other")
                .putObject("password")
                .put("type", "SecureString")
                .put("value", "new");
        ObjectNode merged = SecretPlaces.restore(back, stored);
        assertThat(merged.at("/properties/typeProperties/host").stringValue()).isEqualTo("other");
        assertThat(SecretPlaces.find(merged)).extracting(Secret::value).containsExactly("new");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Server=s;User=u;Pwd=p | Server=s;User=u;Pwd=**********",
                "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=YQ==;EndpointSuffix=x | DefaultEndpointsProtocol=https;AccountName=a;AccountKey=**********;EndpointSuffix=x",
                "Password='a;b''c';Host=h | Password=**********;Host=h",
                "Password=\"a;b\";Host=h | Password=**********;Host=h",
                "PWD={a;b}};c};Host=h | PWD=**********;Host=h",
                "Password='a;Host=h | Password=**********;Host=h",
                "BlobEndpoint=https://b/;SharedAccessSignature=sv=1&sig=x | BlobEndpoint=https://b/;SharedAccessSignature=**********",
                "Access Key = x | Access Key = **********",
                "Private Key Passphrase=x;a=b | Private Key Passphrase=**********;a=b",
                "Host=h;Password=@{linkedService().p} | Host=h;Password=@{linkedService().p}",
                "Host=h;Password= | Host=h;Password=",
                "Host=h;Password=********** | Host=h;Password=**********",
                "a sentence; nothing else | a sentence; nothing else",
                "ftp://u:p@h/x | ftp://u:**********@h/x",
                "https://h/x?code=abc#f | https://h/x?code=**********#f",
                "https://h/x?y=1 | https://h/x?y=1"
            })
    void connection_strings_are_blanked_where_they_are_secret(String text, String shown) {
        assertThat(ConnectionStrings.masked(text)).isEqualTo(shown);
    }

    @Test
    void a_long_text_is_looked_through_quickly() {
        String text = "Password='" + "a''".repeat(100_000);
        assertThat(ConnectionStrings.masked(text)).isEqualTo("Password=" + SecretPlaces.MASK);
        assertThat(ConnectionStrings.masked("a ".repeat(200_000))).hasSize(400_000);
        assertThat(ConnectionStrings.masked("http://".repeat(50_000))).hasSize(350_000);
    }

    @Test
    void text_with_a_secret_and_an_expression_cannot_be_sealed() {
        ObjectNode document = Json.parseObject("""
                {"properties": {"typeProperties": {
                  "a": "Host=@{linkedService().h};Password=p", "b": "Host=@{linkedService().h};Password=@{linkedService().p}",
                  "c": "Host=h;Password=p"}}}""");
        assertThat(SecretPlaces.unsealable(document))
                .extracting(p -> p.location())
                .containsExactly("/properties/typeProperties/a");
        assertThat(SecretPlaces.unsealable(document).toString()).doesNotContain("Password=p");
    }

    @Test
    void arguments_of_secure_parameters_are_sealed() {
        var declared = Parameter.all(Place.root(Json.parse(
                "{\"pw\":{\"type\":\"securestring\"},\"x\":{\"type\":\"String\"},\"q\":{\"type\":\"SecureString\"}}")));
        ObjectNode arguments =
                Json.parseObject("{\"PW\":\"p\",\"x\":\"p\",\"q\":{\"type\":\"SecureString\",\"sealed\":\"s\"}}");
        assertThat(SecretPlaces.sealArguments(declared, arguments, SecretPlacesTest::seal))
                .isEqualTo(
                        Json.parse(
                                "{\"PW\":{\"type\":\"SecureString\",\"sealed\":\"cA==\"},\"x\":\"p\",\"q\":{\"type\":\"SecureString\",\"sealed\":\"s\"}}"));
    }

    private static String seal(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
