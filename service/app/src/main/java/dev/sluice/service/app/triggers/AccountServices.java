package dev.sluice.service.app.triggers;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import dev.sluice.service.store.StoredDocument;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which linked service leads to a storage account, by what the documents show: the account's name in a connection
/// string (sealed ones show theirs) or in an address. One with parameters is passed over: nothing gives them values
/// here.
final class AccountServices {
    private static final Set<String> TYPES = Set.of("azureblobstorage", "azureblobfs", "azurestorage");

    private static final Pattern IN_CONNECTION_STRING =
            Pattern.compile("(?:^|;)\\s*AccountName\\s*=\\s*([^;\\s]+)", Pattern.CASE_INSENSITIVE);

    private static final Pattern IN_ADDRESS =
            Pattern.compile("^https?://([a-z0-9-]+)\\.(?:blob|dfs)\\.", Pattern.CASE_INSENSITIVE);

    private AccountServices() {}

    /// @param documents a factory's, ordered by name: of several linked services the first serves
    static Optional<Reference> find(List<StoredDocument> documents, String account) {
        return documents.stream()
                .map(StoredDocument::document)
                .filter(d -> d.kind() == DocumentKind.LINKED_SERVICE)
                .filter(d -> leadsTo(d, account))
                .findFirst()
                .map(d -> Reference.of(Place.root(
                        Json.object().put("referenceName", d.name()).put("type", "LinkedServiceReference"))));
    }

    private static boolean leadsTo(Document linkedService, String account) {
        Place properties = linkedService.properties();
        String type = properties.member("type").text().orElse("");
        if (!TYPES.contains(type.toLowerCase(Locale.ROOT))
                || !properties.member("parameters").members().isEmpty()) {
            return false;
        }
        Place own = properties.member("typeProperties");
        return Stream.of("connectionString", "serviceEndpoint", "url", "sasUri")
                .map(own::member)
                .flatMap(place -> shown(place).stream())
                .flatMap(text -> Stream.of(IN_CONNECTION_STRING.matcher(text), IN_ADDRESS.matcher(text)))
                .filter(Matcher::find)
                .anyMatch(found -> found.group(1).equalsIgnoreCase(account));
    }

    private static Optional<String> shown(Place place) {
        return place.json().isString()
                ? place.text()
                : place.json().isObject() ? place.member("shown").text() : Optional.empty();
    }
}
