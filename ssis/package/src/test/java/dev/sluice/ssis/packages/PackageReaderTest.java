package dev.sluice.ssis.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageReaderTest {
    private static final PackageReader READER = new PackageReader(PackagePassword.NONE, Limits.DEFAULT);

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = PackageReaderTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static SsisPackage read(String text) {
        return READER.read(text.getBytes(StandardCharsets.UTF_8), "p.dtsx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders-8", "orders-2"})
    void both_encodings_end_in_the_same_records(String name) throws IOException {
        String summary = Summary.of(READER.read(resource(name + ".dtsx"), name + ".dtsx"));

        if (Boolean.getBoolean("sluice.golden.write")) {
            Files.writeString(Path.of("src/test/resources/dev/sluice/ssis/packages", name + ".txt"), summary);
        }
        assertThat(summary).isEqualTo(new String(resource(name + ".txt"), StandardCharsets.UTF_8));
    }

    @Test
    void a_connection_is_found_by_guid_path_and_name() throws IOException {
        SsisPackage p = READER.read(resource("orders-8.dtsx"), "orders-8.dtsx");

        for (String reference : List.of(
                "{00000000-0000-0000-0000-0000000000c2}",
                "{00000000-0000-0000-0000-0000000000C2}:external",
                "Package.ConnectionManagers[Warehouse]",
                "Warehouse")) {
            assertThat(p.connection(reference, List.of()))
                    .get()
                    .extracting(ConnectionManager::name)
                    .isEqualTo("Warehouse");
        }
        assertThat(p.connection("{00000000-0000-0000-0000-0000000000C2}:invalid", List.of()))
                .isPresent();
        assertThat(p.connection("Lager", List.of())).isEmpty();
        assertThat(p.connection("", List.of())).isEmpty();
    }

    @Test
    void a_document_type_is_refused() {
        String hostile = """
                <?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y"><!ENTITY f SYSTEM "file:///etc/passwd">]>
                <DTS:Executable xmlns:DTS="www.microsoft.com/SqlServer/Dts">&f;</DTS:Executable>""";

        assertThatThrownBy(() -> read(hostile))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("SsisXmlMalformed"))
                .hasMessageNotContaining("root:");
    }

    @Test
    void what_is_no_xml_is_located() {
        assertThatThrownBy(() -> read("<DTS:Executable xmlns:DTS='x'>\n  <a>\n</DTS:Executable>"))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().code()).isEqualTo("SsisXmlMalformed");
                    assertThat(e.problem().location()).startsWith("p.dtsx:3:");
                    assertThat(e.problem().evidence()).containsEntry("ssisCode", "0xC0011007");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"<a/>", "<DTS:Executable xmlns:DTS='x'/>"})
    void what_is_no_package_is_said(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("SsisPackageNotValid"));
    }

    @Test
    void a_newer_format_is_refused() {
        assertThatThrownBy(
                        () -> read(
                                "<E:Executable xmlns:E='x'><E:Property E:Name='PackageFormatVersion'>9</E:Property></E:Executable>"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().evidence()).containsEntry("version", "9"));
    }

    @Test
    void depth_and_number_of_elements_have_limits() {
        String deep = "<a>".repeat(300) + "</a>".repeat(300);
        String wide = "<a>" + "<b/>".repeat(50) + "</a>";
        PackageReader small = new PackageReader(PackagePassword.NONE, new Limits(1_000, 40, 256, 10, 1_000));

        for (String text : List.of(deep, wide)) {
            PackageReader reader = text.equals(deep) ? READER : small;
            assertThatThrownBy(() -> reader.read(text.getBytes(StandardCharsets.UTF_8), "p"))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo("SsisLimitExceeded"));
        }
        assertThatThrownBy(() -> small.read(new byte[1_001], "p")).hasMessageContaining("1001");
    }

    @Test
    void utf_16_is_read() {
        String text = new String(
                "<?xml version='1.0' encoding='utf-16'?>"
                        + "<E:Executable xmlns:E='x' E:ObjectName='größer'><E:Property E:Name='PackageFormatVersion'>8</E:Property></E:Executable>");

        assertThat(READER.read(text.getBytes(StandardCharsets.UTF_16), "p").name())
                .isEqualTo("größer");
    }

    @Test
    void escapes_become_their_characters() {
        assertThat(Escapes.resolve("a_x002C_b_x000D__x000A_")).isEqualTo("a,b\r\n");
        assertThat(Escapes.resolve("_x_ _x12_ plain")).isEqualTo("_x_ _x12_ plain");
    }
}
