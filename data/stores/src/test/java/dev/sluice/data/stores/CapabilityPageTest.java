package dev.sluice.data.stores;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.ConnectorFamily;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.SqlConnector;
import dev.sluice.data.spi.TableConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/// The page of capabilities against the descriptors of connectors and formats and the contract tests in the source
/// tree. After a change it is written anew with `-Dsluice.docs.write=true`.
class CapabilityPageTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path PAGE = ROOT.resolve("docs/guide/connectors/capabilities.md");

    private static final String NO_SERVER = "no server of it runs in the tests; its dialect is tested";
    private static final String PAGES = "rows depend on paging and mapping; tested against an HTTP server";

    /// Who has no contract test, by class, and why.
    private static final Map<String, String> WAIVED = Map.ofEntries(
            Map.entry("AzureFilesConnector", "a share; the contract is tried on File system's over SMB"),
            Map.entry("ClickHouseConnector", NO_SERVER),
            Map.entry("Db2Connector", NO_SERVER),
            Map.entry(
                    "DescribedConnector",
                    "a description of REST or OData; answers as documented, from an HTTP server of the tests"),
            Map.entry(
                    "ElasticsearchConnector",
                    "no server runs in the tests; tested against an HTTP server that keeps documents and answers searches"),
            Map.entry("HttpFileConnector", "files are asked for by name and not listed; tested against an HTTP server"),
            Map.entry("InformixConnector", NO_SERVER),
            Map.entry("ODataConnector", PAGES),
            Map.entry("OdbcConnector", "strings become those of another connector, which has its own"),
            Map.entry("OracleConnector", NO_SERVER),
            Map.entry("RedshiftConnector", NO_SERVER),
            Map.entry("RestConnector", PAGES),
            Map.entry("SapHanaConnector", NO_SERVER),
            Map.entry("SnowflakeConnector", NO_SERVER),
            Map.entry("SqlServerConnector", NO_SERVER),
            Map.entry("SybaseConnector", NO_SERVER),
            Map.entry("TeradataConnector", NO_SERVER),
            Map.entry("TrinoConnector", NO_SERVER),
            Map.entry("VerticaConnector", NO_SERVER),
            Map.entry(
                    "WebTableConnector", "pages have no types and fold white space; tested on pages of an HTTP server"),
            Map.entry("XmlFormat", "only read, and the contract writes first; tested on documents"));

    private static final String HEAD = """
            # Capabilities

            What each connector and format declares, and which contract of `data/testkit` tries it. Written from their descriptors and
            the tests by `./build verify -pl data/stores -Dtest=CapabilityPageTest -Dsurefire.extra=-Dsluice.docs.write=true`;
            what the words mean for one store is said in [connectors](../connectors.md), for one format in [formats](../formats.md).

            - **splits**: one table or file can be read by several streams. **writers**: several streams write at once.
            - **all or nothing**: nothing is seen of a load or file before all of it. **again**: the same attempt run again leaves the same.
            - **creates**: makes a missing table (`tableOption: autoCreate`). **statements**: Script, Lookup by query, stored procedures.
            - **driver**: has to be added first (`sluice driver add`).
            - **contract**: what is tried on it as source, sink or store; the store's section says against what. *none* has a reason.
            """;

    private static <T> List<T> all(Class<T> kind) {
        return StreamSupport.stream(ServiceLoader.load(kind).spliterator(), false)
                .toList();
    }

    private static List<Connector> connectors() {
        List<Connector> connectors = new ArrayList<>(all(Connector.class));
        all(ConnectorFamily.class).forEach(f -> connectors.addAll(f.connectors()));
        return connectors;
    }

    private static String mark(Set<Capability> has, Capability wanted) {
        return has.contains(wanted) ? "yes" : "";
    }

    private static String types(Set<String> names) {
        SortedSet<String> sorted = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        sorted.addAll(names);
        List<String> quoted = new ArrayList<>();
        sorted.forEach(n -> quoted.add("`" + n + "`"));
        return String.join(", ", quoted);
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String proof(ContractTests tests, Class<?> subject) {
        SortedSet<String> contracts = tests.of(subject);
        return contracts.isEmpty()
                ? "*none*: " + WAIVED.getOrDefault(subject.getSimpleName(), "no reason")
                : String.join(", ", contracts);
    }

    private static String page() {
        ContractTests tests = new ContractTests(ROOT);
        StringBuilder page = new StringBuilder(HEAD);
        List<Connector> connectors = connectors().stream()
                .sorted(Comparator.comparing(c -> c.descriptor().name(), String.CASE_INSENSITIVE_ORDER))
                .toList();
        page.append("\n## Stores of tables and services\n\n");
        page.append(row(
                "store",
                "linked services",
                "read",
                "write",
                "splits",
                "writers",
                "all or nothing",
                "again",
                "creates",
                "statements",
                "driver",
                "contract"));
        page.append("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (Connector c : connectors) {
            if (c instanceof TableConnector) {
                Set<Capability> has = c.descriptor().capabilities();
                page.append(row(
                        c.descriptor().name(),
                        types(c.descriptor().linkedServiceTypes()),
                        mark(has, Capability.READ),
                        mark(has, Capability.WRITE),
                        mark(has, Capability.SPLIT),
                        mark(has, Capability.PARALLEL_WRITE),
                        mark(has, Capability.ATOMIC_COMMIT),
                        mark(has, Capability.IDEMPOTENT),
                        mark(has, Capability.AUTO_CREATE),
                        c instanceof SqlConnector ? "yes" : "",
                        c.driver().map(d -> "`" + d.folder() + "`").orElse(""),
                        proof(tests, c.getClass())));
            }
        }
        page.append("\n## Stores of files\n\n");
        page.append(
                "Any [format](#formats) lies in any of them. **ranges**: a file is read from any position, so that several streams share"
                        + "\nit. **whole files**: a file is listed only when all of it is there. **attributes**: `preserve: [\"Attributes\"]`.\n\n");
        page.append(row(
                "store",
                "linked services",
                "location",
                "read",
                "write",
                "ranges",
                "writers",
                "all or nothing",
                "again",
                "whole files",
                "attributes",
                "contract"));
        page.append("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (Connector c : connectors) {
            if (c instanceof FileConnector) {
                Set<Capability> has = c.descriptor().capabilities();
                page.append(row(
                        c.descriptor().name(),
                        types(c.descriptor().linkedServiceTypes()),
                        types(c.descriptor().datasetTypes()),
                        mark(has, Capability.READ),
                        mark(has, Capability.WRITE),
                        mark(has, Capability.RANGED_READ),
                        mark(has, Capability.PARALLEL_WRITE),
                        mark(has, Capability.ATOMIC_COMMIT),
                        mark(has, Capability.IDEMPOTENT),
                        mark(has, Capability.WHOLE_FILES),
                        mark(has, Capability.ATTRIBUTES),
                        proof(tests, c.getClass())));
            }
        }
        page.append("\n## Formats\n\n");
        page.append("""
                **trees**: rows are documents, columns paths into them. **structures**: columns may hold records, arrays and maps.
                `Binary` is no format: its files are moved without being read. Types: [coverage](coverage.md).

                """);
        page.append(row("format", "read", "write", "splits", "trees", "structures", "contract"));
        page.append("|---|---|---|---|---|---|---|\n");
        all(Format.class).stream()
                .sorted(Comparator.comparing(f -> f.descriptor().name()))
                .forEach(f -> {
                    Set<Capability> has = f.descriptor().capabilities();
                    page.append(row(
                            f.descriptor().name(),
                            mark(has, Capability.READ),
                            mark(has, Capability.WRITE),
                            mark(has, Capability.SPLIT),
                            mark(has, Capability.TREES),
                            mark(has, Capability.STRUCTURES),
                            proof(tests, f.getClass())));
                });
        return page.toString();
    }

    @Test
    void the_page_says_what_descriptors_and_contract_tests_say() throws IOException {
        String expected = page();
        if (Boolean.getBoolean("sluice.docs.write")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(expected);
    }

    @Test
    void whoever_has_no_contract_test_has_a_reason_and_who_has_one_needs_none() {
        ContractTests tests = new ContractTests(ROOT);
        for (Object each :
                Stream.concat(connectors().stream(), all(Format.class).stream()).toList()) {
            String name = each.getClass().getSimpleName();
            assertThat(WAIVED.containsKey(name))
                    .as("%s has no contract test, or a waiver too many; in %s", name, tests)
                    .isEqualTo(tests.of(each.getClass()).isEmpty());
        }
    }
}
