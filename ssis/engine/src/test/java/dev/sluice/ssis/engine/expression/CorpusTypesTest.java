package dev.sluice.ssis.engine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.expression.SsisType.Kind;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.ComponentKind;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.Limits;
import dev.sluice.ssis.packages.PackagePassword;
import dev.sluice.ssis.packages.PackageReader;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Derived columns of real packages: the designer stored the type of each, which is what the compiler must find.
class CorpusTypesTest {
    private static final Path CORPUS = Path.of("../../../shared/corpus/ssis-dev");

    private final List<String> wrong = new ArrayList<>();
    private int exact;
    private int all;

    @Test
    void stored_types_of_derived_columns_are_found() throws IOException {
        assumeThat(CORPUS)
                .as("SKIPPED: the corpus of real packages is not beside the project")
                .isDirectory();
        PackageReader reader = new PackageReader(PackagePassword.NONE, Limits.DEFAULT);
        try (Stream<Path> files = Files.walk(CORPUS)) {
            for (Path file :
                    files.filter(p -> p.toString().endsWith(".dtsx")).sorted().toList()) {
                SsisPackage p =
                        reader.read(Files.readAllBytes(file), file.getFileName().toString());
                p.executables().forEach(e -> flow(p, e));
            }
        }

        wrong.forEach(System.out::println);
        System.out.println("types found exactly: " + exact + " of " + all);
        assertThat(all).isGreaterThan(30);
        assertThat(exact).isGreaterThanOrEqualTo((int) Math.ceil(all * 0.97));
    }

    private void flow(SsisPackage p, Executable e) {
        if (e.pipeline() == null) {
            return;
        }
        Map<String, SsisType> columns = new HashMap<>();
        for (Component c : e.pipeline().components()) {
            c.outputColumns().forEach(x -> columns.put(x.lineage(), type(x.type())));
        }
        for (Component c : e.pipeline().components()) {
            if (c.kind() == ComponentKind.DERIVED_COLUMN) {
                c.outputColumns()
                        .filter(x -> x.properties().containsKey("Expression"))
                        .forEach(x -> check(p, c, x, columns));
            }
        }
    }

    private void check(SsisPackage p, Component c, Component.OutputColumn column, Map<String, SsisType> columns) {
        String text = column.properties().get("Expression").text();
        all++;
        try {
            SsisType found =
                    SsisExpression.compile(text, new Lineages(p, columns)).type();
            if (same(found, type(column.type()))) {
                exact++;
            } else {
                wrong.add(p.file() + " " + c.name() + ": " + text + " is " + found + ", stored " + type(column.type()));
            }
        } catch (ProblemException e) {
            wrong.add(p.file() + " " + c.name() + ": " + e.getMessage());
        }
    }

    private static boolean same(SsisType a, SsisType b) {
        return a.kind() == b.kind()
                && a.length() == b.length()
                && (!a.kind().exact() || a.kind() == Kind.CY || a.scale() == b.scale());
    }

    private static SsisType type(Component.ColumnType t) {
        Kind kind = Kind.named(t.name()).orElse(Kind.WSTR);
        return new SsisType(kind, t.length(), t.precision(), t.scale(), t.codePage());
    }

    /// Columns by their lineage; variables by name, with the types that the package gives them.
    private record Lineages(SsisPackage p, Map<String, SsisType> columns) implements Names {
        @Override
        public Optional<Symbol> column(String name) {
            String id = name.startsWith("#{") ? name.substring(2, name.length() - 1) : name.replaceFirst("^#", "");
            return Optional.ofNullable(columns.get(id)).map(t -> new Symbol(0, t));
        }

        @Override
        public Optional<Symbol> variable(String name) {
            if (name.startsWith("$")) {
                String plain = name.substring(name.indexOf("::") + 2);
                return p.parameters().stream()
                        .filter(x -> x.name().equals(plain))
                        .findFirst()
                        .map(x -> new Symbol(0, VariableTypes.of(x.type(), x.value())));
            }
            if (name.startsWith("System::")) {
                return Optional.of(new Symbol(0, SsisType.of(name.endsWith("Time") ? Kind.DATE : Kind.WSTR)));
            }
            return p.root()
                    .all()
                    .flatMap(x -> x.variables().stream())
                    .filter(v -> v.qualifiedName().equals(name) || v.name().equals(name))
                    .findFirst()
                    .map(v -> new Symbol(0, VariableTypes.of(v.type(), v.value())));
        }
    }
}
