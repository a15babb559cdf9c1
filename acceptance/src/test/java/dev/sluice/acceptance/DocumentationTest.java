package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Faults;
import dev.sluice.service.app.surface.Operations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Pages that could rot are compared with what they describe.
class DocumentationTest {
    private static final String OPERATIONS = "<!-- The rest is written from the service's list of operations. -->";

    @Test
    void the_module_list_of_the_readme_is_the_poms_own() throws IOException {
        List<String> expected = Project.modules().stream()
                .map(m -> "| `" + m.path() + "` | " + m.description() + " |")
                .toList();
        List<String> actual = Files.readAllLines(Project.root().resolve("README.md")).stream()
                .filter(l -> l.startsWith("| `") && expected.stream().anyMatch(e -> sameModule(e, l)))
                .toList();
        assertThat(actual).isEqualTo(expected);
    }

    private static boolean sameModule(String a, String b) {
        return a.split("`")[1].equals(b.split("`")[1]);
    }

    @Test
    void the_error_reference_is_generated_from_the_catalogue() throws IOException {
        Path page = Project.root().resolve("docs/guide/errors.md");
        String expected = errorReference();
        if (Boolean.getBoolean("sluice.docs.write")) {
            Files.writeString(page, expected);
        }
        assertThat(Files.readString(page))
                .as(
                        "run './build verify -pl acceptance -Dtest=DocumentationTest -Dsurefire.extra=-Dsluice.docs.write=true'")
                .isEqualTo(expected);
    }

    @Test
    void the_list_of_operations_is_the_services_own() throws IOException {
        Path page = Project.root().resolve("docs/guide/api.md");
        String now = Files.readString(page);
        int begin = now.indexOf(OPERATIONS) + OPERATIONS.length();
        assertThat(begin).as("the page has the line " + OPERATIONS).isGreaterThan(OPERATIONS.length());
        String expected = now.substring(0, begin) + operations();
        if (Boolean.getBoolean("sluice.docs.write")) {
            Files.writeString(page, expected);
        }
        assertThat(Files.readString(page)).isEqualTo(expected);
    }

    private static String operations() {
        StringBuilder page = new StringBuilder("\n");
        String group = "";
        for (Operations.Operation o : Operations.all()) {
            if (!o.group().equals(group)) {
                group = o.group();
                page.append("\n### ").append(group).append("\n\n| operation | | answers |\n|---|---|---|\n");
            }
            String path = o.path()
                    .replace(
                            "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.DataFactory",
                            "…");
            page.append("| ")
                    .append(o.id().substring(o.id().indexOf('_') + 1))
                    .append(" | `")
                    .append(o.method())
                    .append(' ')
                    .append(path)
                    .append("` | ")
                    .append(o.works() ? "yes" : "**refused**")
                    .append(o.note().isEmpty() ? "" : ": " + o.note())
                    .append(" |\n");
        }
        return page.toString();
    }

    @Test
    void links_between_pages_lead_somewhere() throws IOException {
        Pattern link = Pattern.compile("\\]\\(([^)#:]+?)(#[^)]*)?\\)");
        try (Stream<Path> pages = Stream.concat(
                Files.list(Project.root()), Files.walk(Project.root().resolve("docs")))) {
            for (Path page : pages.filter(p -> p.toString().endsWith(".md")).toList()) {
                Matcher m = link.matcher(Files.readString(page));
                while (m.find()) {
                    assertThat(page.resolveSibling(m.group(1)).normalize())
                            .as("link in %s", page)
                            .exists();
                }
            }
        }
    }

    private static String errorReference() {
        StringBuilder page = new StringBuilder(
                "# Errors\n\nEvery error that Sluice reports, by code. Words in braces are"
                        + " filled in with what was seen.\nGenerated from the catalogue; edit the `*Faults` classes of `diagnosis`.\n");
        for (Fault f : Faults.all()) {
            page.append("\n## ")
                    .append(f.code())
                    .append("\n\n")
                    .append(f.cause())
                    .append("\n\n");
            page.append("- Side: ").append(f.kind().toString().toLowerCase(java.util.Locale.ROOT));
            page.append(f.retryable() ? "; trying again may help\n" : "; trying again will not help by itself\n");
            f.resolution().forEach(step -> page.append("- ").append(step).append('\n'));
        }
        return page.toString();
    }
}
