package dev.sluice.acceptance;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The arrows between the rooms, as the design draws them. A new arrow is a decision: write it down in
/// docs/decisions before adding it here.
class WallsTest {
    private static final Set<String> EVERY_STORE = Set.of(
            "formats-text",
            "formats-columnar",
            "formats-avro",
            "formats-orc",
            "formats-excel",
            "connectors-files",
            "connectors-jdbc",
            "connectors-azure",
            "connectors-http",
            "connectors-ftp",
            "connectors-aws",
            "connectors-mongo",
            "connectors-kafka");

    /// Room → rooms it may know at compile time.
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("diagnosis", Set.of()),
            Map.entry("model", Set.of("diagnosis")),
            Map.entry("expression", Set.of("diagnosis")),
            Map.entry("secrets", Set.of("diagnosis")),
            Map.entry("wire", Set.of("diagnosis", "model")),
            Map.entry("data-batch", Set.of()),
            Map.entry("data-spi", Set.of("data-batch", "diagnosis")),
            Map.entry("data-testkit", Set.of("data-spi")),
            Map.entry("data-copy", Set.of("data-spi", "data-packing")),
            Map.entry("data-packing", Set.of("data-spi")),
            Map.entry("data-remote", Set.of("data-spi")),
            Map.entry("data-trees", Set.of("data-spi")),
            Map.entry("data-stores", Set.of()),
            Map.entry("formats-text", Set.of("data-spi", "data-packing", "data-trees")),
            Map.entry("formats-columnar", Set.of("data-spi", "data-trees")),
            Map.entry("formats-avro", Set.of("data-spi", "data-trees")),
            Map.entry("formats-orc", Set.of("data-spi", "data-trees")),
            Map.entry("formats-excel", Set.of("data-spi", "data-packing")),
            Map.entry("connectors-files", Set.of("data-spi", "data-remote")),
            Map.entry("connectors-jdbc", Set.of("data-spi")),
            Map.entry("connectors-azure", Set.of("data-spi", "data-remote", "data-trees")),
            Map.entry("connectors-http", Set.of("data-spi", "data-trees", "data-remote")),
            Map.entry("connectors-ftp", Set.of("data-spi", "data-remote")),
            Map.entry("connectors-aws", Set.of("data-spi", "data-remote")),
            Map.entry("connectors-mongo", Set.of("data-spi", "data-trees")),
            Map.entry("connectors-kafka", Set.of("data-spi", "data-trees")),
            Map.entry("ssis-package", Set.of("diagnosis")),
            Map.entry("ssis-catalog", Set.of("ssis-package", "diagnosis")),
            Map.entry("ssis-engine", Set.of("ssis-package", "data-spi", "diagnosis")),
            Map.entry("service-run", Set.of("model", "expression", "diagnosis")),
            Map.entry("service-store", Set.of("model", "wire")),
            Map.entry("service-app", Set.of("service-run", "service-store", "secrets", "wire", "ssis-catalog")),
            Map.entry("node-agent", Set.of("model", "wire", "secrets", "data-copy", "ssis-engine", "ssis-catalog")),
            Map.entry("node-tools", Set.of("node-agent")),
            Map.entry("node-app", Set.of("node-agent", "node-tools")),
            Map.entry("local", Set.of("service-run", "node-agent", "ssis-engine", "cli")),
            Map.entry("cli", Set.of()),
            Map.entry("demo", Set.of("cli")));

    /// Rooms that are there at run time, without being known when compiled: the stores and formats, brought together by
    /// one room.
    private static final Map<String, Set<String>> LOADED =
            Map.of("data-stores", EVERY_STORE, "local", Set.of("data-stores"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sluice");

    @Test
    void every_room_knows_only_the_rooms_the_design_allows() throws IOException {
        for (Project.Module module : Project.modules()) {
            if (!ARROWS.containsKey(module.name())) {
                // What puts rooms together may know them all.
                assertThat(module.name()).isIn("distribution", "acceptance", "benchmarks");
                continue;
            }
            Set<String> compile = new TreeSet<>();
            Set<String> runtime = new TreeSet<>();
            for (Project.Dependency d : module.dependencies()) {
                if (d.own() && d.scope().equals("compile")) {
                    compile.add(d.name());
                } else if (d.own() && d.scope().equals("runtime")) {
                    runtime.add(d.name());
                }
            }
            assertThat(compile).as("%s knows", module.name()).isSubsetOf(ARROWS.get(module.name()));
            assertThat(runtime).as("%s loads", module.name()).isSubsetOf(LOADED.getOrDefault(module.name(), Set.of()));
        }
    }

    @Test
    void the_classes_were_found() {
        assertThat(CLASSES.size()).isGreaterThan(300);
        for (String room : List.of("model", "data.batch", "data.copy", "service.run", "service.app", "node.agent")) {
            assertThat(CLASSES.that(resideInAPackage("dev.sluice." + room + "..")))
                    .as(room)
                    .isNotEmpty();
        }
    }

    @Test
    void core_rooms_need_nothing_but_the_jdk_and_jackson() {
        classes()
                .that(resideInAnyPackage(
                        "dev.sluice.model..",
                        "dev.sluice.expression..",
                        "dev.sluice.wire..",
                        "dev.sluice.service.run.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "javax.xml..",
                        "org.w3c.dom..",
                        "org.xml.sax..",
                        "dev.sluice..",
                        "tools.jackson..",
                        "com.fasterxml.jackson.annotation..",
                        "org.jspecify.."))
                .check(CLASSES);
        classes()
                .that(resideInAnyPackage(
                        "dev.sluice.diagnosis..",
                        "dev.sluice.data.batch..",
                        "dev.sluice.data.spi..",
                        "dev.sluice.data.copy.."))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "javax.net.ssl..", "dev.sluice..", "org.jspecify.."))
                .check(CLASSES);
    }

    @Test
    void deciding_is_pure() {
        noClasses()
                .that(resideInAPackage("dev.sluice.service.run.."))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.net..", "java.nio.file..", "java.sql..", "java.util.concurrent.."))
                .check(CLASSES);
        noClasses()
                .that(resideInAPackage("dev.sluice.service.run.."))
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @Test
    void the_service_never_touches_data() {
        noClasses()
                .that(resideInAPackage("dev.sluice.service.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "dev.sluice.data..", "dev.sluice.formats..", "dev.sluice.connectors..", "dev.sluice.node.."))
                .check(CLASSES);
    }

    @Test
    void packages_of_one_room_do_not_go_in_circles() {
        for (String room : List.of("model", "service.store", "service.app", "node.agent", "data.copy", "cli")) {
            slices().matching("dev.sluice." + room + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void names_are_words_of_the_domain() {
        for (String empty : List.of("Utils", "Util", "Helper", "Manager", "Impl", "Base", "Common")) {
            // The one thing that SSIS itself calls so.
            noClasses()
                    .that()
                    .doNotHaveSimpleName("ConnectionManager")
                    .should()
                    .haveSimpleNameEndingWith(empty)
                    .check(CLASSES);
        }
    }

    @Test
    void every_package_says_what_it_is_for() throws IOException {
        for (Project.Module module : Project.modules()) {
            Path sources = Project.root().resolve(module.path()).resolve("src/main/java");
            if (!Files.isDirectory(sources)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(sources)) {
                Set<Path> packages = new TreeSet<>();
                files.filter(f -> f.toString().endsWith(".java")).forEach(f -> packages.add(f.getParent()));
                for (Path folder : packages) {
                    Path info = folder.resolve("package-info.java");
                    assertThat(info).exists();
                    assertThat(Files.readString(info))
                            .as("%s", info)
                            .contains("@NullMarked")
                            .contains("///");
                }
            }
        }
    }
}
