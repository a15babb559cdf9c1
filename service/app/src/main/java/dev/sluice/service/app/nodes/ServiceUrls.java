package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Json;
import dev.sluice.model.LinkedService;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.wire.Announcement;
import dev.sluice.wire.ServiceEndpoint;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a firewall between a runtime's nodes and the world must let out: the service's address, those that
/// it is going to have (from `announced-endpoints.json` in its data folder, read anew when it changes), and
/// the stores of linked services as far as these name a host. Thread-safe.
final class ServiceUrls {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceUrls.class);
    private static final long MOST_BYTES = 64 << 10;
    private static final Set<String> HOSTS = Set.of("server", "host");
    private static final Set<String> URLS = Set.of(
            "url",
            "baseurl",
            "serviceuri",
            "serviceendpoint",
            "endpoint",
            "serviceurl",
            "clusteruri",
            "accountendpoint");

    private final Path file;
    private @Nullable FileTime read;
    private Announcement known = Announcement.NONE;

    ServiceUrls(Path file) {
        this.file = file;
    }

    /// What is announced now. A file that cannot be read is told in the log, and what was known before holds.
    synchronized Announcement announcement() {
        try {
            if (!Files.exists(file)) {
                known = Announcement.NONE;
                read = null;
                return known;
            }
            FileTime changed = Files.getLastModifiedTime(file);
            if (!changed.equals(read)) {
                read = changed;
                if (Files.size(file) > MOST_BYTES) {
                    throw new IOException("it is larger than " + MOST_BYTES + " bytes");
                }
                known = Wire.decode(Files.readAllBytes(file), Announcement.class);
                LOG.info(
                        "announced to nodes: version {}, {} address(es)",
                        known.version(),
                        known.announced().size());
            }
        } catch (IOException | ProblemException e) {
            LOG.warn("{} cannot be read, what was announced before holds: {}", file, e.getMessage());
        }
        return known;
    }

    /// In Data Factory's shape of outbound network dependencies.
    ///
    /// @param service `host:port`
    /// @param linkedServices of the factory
    ObjectNode json(String service, String runtime, List<Document> linkedServices) {
        ObjectNode json = Json.object();
        Announcement announcement = announcement();
        json.put("version", announcement.version());
        ArrayNode categories = json.putArray("value");
        int colon = service.lastIndexOf(':');
        endpoint(
                category(categories, "Sluice service"),
                service.substring(0, colon),
                Integer.parseInt(service.substring(colon + 1)));
        if (!announcement.announced().isEmpty()) {
            ArrayNode endpoints = category(categories, "Sluice service, announced");
            for (ServiceEndpoint each : announcement.announced()) {
                ObjectNode detail = endpoint(endpoints, each.host(), each.port());
                detail.put("from", Timestamps.format(each.from()));
                each.addresses().forEach(detail.putArray("ipAddresses")::add);
            }
        }
        ArrayNode stores = Json.array();
        linkedServices.stream()
                .filter(d ->
                        d.kind() == DocumentKind.LINKED_SERVICE && runtime(d).equalsIgnoreCase(runtime))
                .forEach(d -> store(d, stores));
        if (!stores.isEmpty()) {
            category(categories, "Data stores").addAll(stores);
        }
        return json;
    }

    private static ArrayNode category(ArrayNode categories, String name) {
        ObjectNode category = categories.addObject();
        category.put("category", name);
        return category.putArray("endpoints");
    }

    private static ObjectNode endpoint(ArrayNode endpoints, String host, int port) {
        ObjectNode endpoint = endpoints.addObject();
        endpoint.put("domainName", host);
        ObjectNode detail = endpoint.putArray("endpointDetails").addObject();
        if (port > 0) {
            detail.put("port", port);
        }
        return detail;
    }

    private static String runtime(Document document) {
        return LinkedService.of(document)
                .connectVia()
                .map(dev.sluice.model.Reference::name)
                .orElse(IntegrationRuntime.AUTO_RESOLVE);
    }

    /// Hosts that are written out; those of expressions and connection strings are for whoever wrote these.
    private static void store(Document document, ArrayNode stores) {
        Place properties = document.properties().member("typeProperties");
        int port = properties.member("port").json().asInt(0);
        properties.members().forEach((name, place) -> {
            String text = place.json().isString() ? place.json().stringValue() : "";
            String lower = name.toLowerCase(Locale.ROOT);
            Optional<URI> address = URLS.contains(lower)
                    ? uri(text)
                    : HOSTS.contains(lower) && text.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
                            ? uri("tcp://" + text)
                            : Optional.empty();
            address.ifPresent(uri -> {
                int usual = "https".equals(uri.getScheme()) ? 443 : "http".equals(uri.getScheme()) ? 80 : port;
                ObjectNode detail = endpoint(stores, uri.getHost(), uri.getPort() > 0 ? uri.getPort() : usual);
                detail.put("linkedServiceName", document.name());
            });
        });
    }

    private static Optional<URI> uri(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() == null ? Optional.empty() : Optional.of(uri);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
