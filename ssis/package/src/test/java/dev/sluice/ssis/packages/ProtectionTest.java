package dev.sluice.ssis.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The encrypted fixtures were made with openssl (password `sesame`), not with the code under test.
class ProtectionTest {
    private static final PackagePassword SESAME = new PackagePassword("sesame");

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ProtectionTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static SsisPackage read(String name, PackagePassword password) throws IOException {
        return new PackageReader(password, Limits.DEFAULT).read(resource(name), name);
    }

    @Test
    void secrets_open_with_the_password() throws IOException {
        SsisPackage p = read("protected-8.dtsx", SESAME);

        assertThat(p.problems()).isEmpty();
        assertThat(p.connectionManagers().getFirst().secret("Password")).contains("hunter2");
        assertThat(p.parameters().getFirst().value()).isEqualTo("quiet");
    }

    @Test
    void without_the_password_secrets_are_missing_and_said() throws IOException {
        SsisPackage p = read("protected-8.dtsx", PackagePassword.NONE);

        assertThat(p.problems()).hasSize(2).extracting(Problem::code).containsOnly("SsisPackagePasswordWrong");
        assertThat(p.problems().getFirst().location()).startsWith("protected-8.dtsx:");
        assertThat(p.connectionManagers().getFirst().secret("Password")).isEmpty();
    }

    @Test
    void a_wrong_password_ends_the_reading() {
        for (String name : new String[] {"protected-8.dtsx", "whole-8.dtsx"}) {
            assertThatThrownBy(() -> read(name, new PackagePassword("open")))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().code()).isEqualTo("SsisPackagePasswordWrong");
                        assertThat(e.problem().evidence()).containsEntry("ssisCode", "0xC0014037");
                        assertThat(e.problem().message()).doesNotContain("open");
                    });
        }
    }

    @Test
    void a_package_encrypted_as_a_whole_needs_its_password() throws IOException {
        assertThat(read("whole-8.dtsx", SESAME).name()).isEqualTo("Whole");
        assertThatThrownBy(() -> read("whole-8.dtsx", PackagePassword.NONE)).hasMessageContaining("is missing");
    }

    @Test
    void nothing_prints_a_secret() throws IOException {
        SsisPackage p = read("protected-8.dtsx", SESAME);

        assertThat(p.parameters() + " " + p.connectionManagers() + " " + SESAME)
                .doesNotContain("quiet", "hunter2", "sesame");
    }

    @Test
    void a_project_archive_is_read_with_encoded_names_and_its_secrets(@TempDir Path folder) throws IOException {
        Path archive = archive(folder, "001%20-%20Load.dtsx");

        SsisProject project = new ProjectReader(SESAME, Limits.DEFAULT).read(archive);

        assertThat(project.name()).isEqualTo("Sales");
        assertThat(project.version()).isEqualTo("2.1.7");
        assertThat(project.entryPoints()).containsExactly("001 - Load.dtsx");
        assertThat(project.find("001 - load"))
                .get()
                .extracting(SsisPackage::name)
                .isEqualTo("Protected");
        assertThat(project.parameters().getFirst().value()).isEqualTo("silent");
        assertThat(project.parameters().getLast().type()).isEqualTo(VariantType.INT32);
        assertThat(project.problems()).isEmpty();
    }

    @Test
    void a_project_archive_that_misses_a_part_or_is_no_zip_is_said(@TempDir Path folder) throws IOException {
        ProjectReader reader = new ProjectReader(SESAME, Limits.DEFAULT);
        Path other = archive(folder, "other.dtsx");
        Path none = Files.writeString(folder.resolve("none.ispac"), "no zip");

        assertThatThrownBy(() -> reader.read(other)).hasMessageContaining("001 - Load.dtsx");
        assertThatThrownBy(() -> reader.read(none))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("SsisProjectNotValid"));
    }

    @Test
    void an_archive_that_unpacks_to_too_much_is_refused(@TempDir Path folder) throws IOException {
        Path archive = archive(folder, "001%20-%20Load.dtsx");

        assertThatThrownBy(() -> new ProjectReader(SESAME, new Limits(100, 1_000, 100, 10, 1 << 20)).read(archive))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo("SsisLimitExceeded"));
    }

    private static Path archive(Path folder, String packagePart) throws IOException {
        Path archive = folder.resolve(packagePart + ".ispac");
        String manifest = """
                <SSIS:Project SSIS:ProtectionLevel="EncryptSensitiveWithPassword" xmlns:SSIS="www.microsoft.com/SqlServer/SSIS">
                  <SSIS:Properties><SSIS:Property SSIS:Name="Name">Sales</SSIS:Property><SSIS:Property SSIS:Name="VersionMajor">2</SSIS:Property>
                    <SSIS:Property SSIS:Name="VersionMinor">1</SSIS:Property><SSIS:Property SSIS:Name="VersionBuild">7</SSIS:Property></SSIS:Properties>
                  <SSIS:Packages><SSIS:Package SSIS:Name="001 - Load.dtsx" SSIS:EntryPoint="1" /></SSIS:Packages>
                </SSIS:Project>""";
        try (OutputStream out = Files.newOutputStream(archive);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            put(zip, "@Project.manifest", manifest.getBytes(StandardCharsets.UTF_8));
            put(zip, "Project.params", resource("Project.params"));
            put(zip, packagePart, resource("protected-8.dtsx"));
        }
        return archive;
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
    }
}
