package dev.sluice.data.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Archives whose members become files. They are made, and those written are read, by the JDK and Commons Compress.
@Timeout(60)
class ArchivesTest {
    private static final byte[] LARGE = random((3 << 20) + 17);
    private final Rig rig = new Rig();

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    private static TestEndpoint from(String codec) {
        return TestEndpoint.source()
                .linkedService("Memory")
                .dataset("Binary")
                .location("type", "MemoryLocation")
                .location("folderPath", "in")
                .with("compression", Map.of("type", codec));
    }

    private static TestEndpoint to() {
        return TestEndpoint.sink()
                .linkedService("Memory")
                .dataset("Binary")
                .location("type", "MemoryLocation")
                .location("folderPath", "out");
    }

    private static Map<String, byte[]> three() {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("large.bin", LARGE);
        members.put("sub/a.txt", "small".getBytes(UTF_8));
        members.put("sub/deeper/größe", new byte[0]);
        return members;
    }

    private static byte[] archive(String codec, Map<String, byte[]> members) throws IOException {
        return switch (codec) {
            case "ZipDeflate" -> zip(members, ZipEntry.DEFLATED);
            case "Tar" -> tar(members);
            default -> gzip(tar(members));
        };
    }

    private static byte[] zip(Map<String, byte[]> members, int method) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(method);
            zip.putNextEntry(folder());
            for (Map.Entry<String, byte[]> m : members.entrySet()) {
                ZipEntry entry = new ZipEntry(m.getKey());
                if (method == ZipEntry.STORED) {
                    CRC32 sum = new CRC32();
                    sum.update(m.getValue());
                    entry.setSize(m.getValue().length);
                    entry.setCrc(sum.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(m.getValue());
            }
        }
        return out.toByteArray();
    }

    private static ZipEntry folder() {
        ZipEntry folder = new ZipEntry("sub/");
        folder.setMethod(ZipEntry.STORED);
        folder.setSize(0);
        folder.setCrc(0);
        return folder;
    }

    private static byte[] tar(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.putArchiveEntry(new TarArchiveEntry("sub/"));
            tar.closeArchiveEntry();
            for (Map.Entry<String, byte[]> m : members.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(m.getKey(), true);
                entry.setSize(m.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(m.getValue());
                tar.closeArchiveEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    private void put(String path, byte[] content) {
        rig.files.put(path, content, Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource({"ZipDeflate,all.zip", "Tar,all.tar", "TarGZip,all.tar.gz"})
    void members_become_files_in_a_folder_named_as_the_archive(String codec, String name) throws IOException {
        byte[] archive = archive(codec, three());
        put("in/day/" + name, archive);
        rig.activity = Map.of("validateDataConsistency", true);
        CopyResult result = rig.copy(from(codec), to());
        assertThat(rig.files.bytes("out/day/" + name + "/large.bin")).isEqualTo(LARGE);
        assertThat(rig.files.text("out/day/" + name + "/sub/a.txt")).isEqualTo("small");
        assertThat(rig.files.bytes("out/day/" + name + "/sub/deeper/größe")).isEmpty();
        assertThat(rig.files.paths()).hasSize(4);
        assertThat(result.filesWritten()).isEqualTo(3);
        assertThat(result.dataWritten()).isEqualTo(LARGE.length + 5L);
    }

    @ParameterizedTest
    @CsvSource({
        "ZipDeflate,all.zip,preserveZipFileNameAsFolder",
        "Tar,all.tar,preserveCompressionFileNameAsFolder",
        "TarGZip,all.tgz,preserveCompressionFileNameAsFolder"
    })
    void without_that_folder_they_stand_where_the_archive_stood(String codec, String name, String flag)
            throws IOException {
        put("in/day/" + name, archive(codec, three()));
        rig.copy(from(codec).format("compressionProperties", Map.of(flag, false)), to());
        assertThat(rig.files.paths())
                .containsExactlyInAnyOrder(
                        "in/day/" + name, "out/day/large.bin", "out/day/sub/a.txt", "out/day/sub/deeper/größe");
    }

    @Test
    void stored_members_and_archives_behind_other_bytes_are_read() throws IOException {
        byte[] zip = zip(three(), ZipEntry.STORED);
        byte[] program = new byte[zip.length + 1_000];
        System.arraycopy(zip, 0, program, 1_000, zip.length);
        put("in/self.exe", program);
        rig.copy(from("ZipDeflate"), to());
        assertThat(rig.files.bytes("out/self.exe/large.bin")).isEqualTo(LARGE);
    }

    @Test
    void an_archive_goes_when_all_of_its_members_are_copied() throws IOException {
        put("in/a.zip", archive("ZipDeflate", three()));
        put("in/b.zip", archive("ZipDeflate", three()));
        rig.copy(from("ZipDeflate").store("deleteFilesAfterCompletion", true), to());
        assertThat(rig.files.paths()).hasSize(6).allMatch(p -> p.startsWith("out/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../evil", "sub/../../evil", "/etc/evil", "..\\evil", "C:\\evil", "a//b", "a/./b", "new\nline"})
    void names_that_lead_elsewhere_are_refused(String name) throws IOException {
        for (String codec : List.of("ZipDeflate", "Tar", "TarGZip")) {
            Rig rig = new Rig();
            rig.files.put("in/x", archive(codec, Map.of("good", new byte[1], name, new byte[1])), Instant.EPOCH);
            Problem p = rig.failing(from(codec), to());
            assertThat(p.fault()).as(codec).isEqualTo(DataFaults.MEMBER_REFUSED);
            assertThat(p.message()).contains("in/x").doesNotContain("\n");
            assertThat(rig.files.paths()).containsExactly("in/x");
        }
    }

    @Test
    void the_same_name_twice_is_refused() throws IOException {
        put("in/x.zip", zip(new LinkedHashMap<>(Map.of("a/b", new byte[1], "a\\b", new byte[2])), ZipEntry.DEFLATED));
        assertThat(rig.failing(from("ZipDeflate"), to()).fault()).isEqualTo(DataFaults.MEMBER_REFUSED);
    }

    /// 64 members of 2 GiB each, all of them the same few bytes of the file.
    @Test
    void what_says_that_it_unpacks_to_absurdly_much_is_refused_before_it_is_unpacked() throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (int i = 0; i < 64; i++) {
            members.put("m" + i, new byte[10]);
        }
        byte[] bomb = zip(members, ZipEntry.DEFLATED);
        for (int i = 0; i + 46 < bomb.length; i++) {
            if (bomb[i] == 'P' && bomb[i + 1] == 'K' && bomb[i + 2] == 1 && bomb[i + 3] == 2) {
                bomb[i + 27] = 0x7F;
            }
        }
        put("in/bomb.zip", bomb);
        Problem p = rig.failing(from("ZipDeflate"), to());
        assertThat(p.fault()).isEqualTo(DataFaults.MALFORMED_FILE);
        assertThat(p.message()).contains("times its size");
        assertThat(rig.files.paths()).containsExactly("in/bomb.zip");
    }

    @Test
    void a_member_larger_than_it_says_ends_the_copy() throws IOException {
        byte[] zip = zip(Map.of("m", new byte[100_000]), ZipEntry.DEFLATED);
        for (int i = 0; i + 46 < zip.length; i++) {
            if (zip[i] == 'P' && zip[i + 1] == 'K' && zip[i + 2] == 1 && zip[i + 3] == 2) {
                zip[i + 24] = 5;
                zip[i + 25] = 0;
                zip[i + 26] = 0;
            }
        }
        put("in/lies.zip", zip);
        assertThat(rig.failing(from("ZipDeflate"), to()).fault()).isEqualTo(DataFaults.MALFORMED_FILE);
        assertThat(rig.files.paths()).containsExactly("in/lies.zip");
    }

    @Test
    void damage_anywhere_gives_files_or_a_problem() throws IOException {
        for (String codec : List.of("ZipDeflate", "Tar", "TarGZip")) {
            byte[] whole = archive(codec, Map.of("a", "some text of a file".getBytes(UTF_8), "b/c", new byte[600]));
            Random random = new Random(11);
            for (int i = 0; i < 150; i++) {
                byte[] damaged =
                        i % 3 == 0 ? java.util.Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
                for (int k = 0; k < i % 5 && damaged.length > 0; k++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                Rig rig = new Rig();
                rig.files.put("in/x", damaged, Instant.EPOCH);
                try {
                    rig.copy(from(codec), to());
                } catch (dev.sluice.diagnosis.ProblemException e) {
                    assertThat(e.problem().fault())
                            .as("%s, %d: %s", codec, i, e.getMessage())
                            .isIn(DataFaults.MALFORMED_FILE, DataFaults.MEMBER_REFUSED, DataFaults.FEATURE_UNSUPPORTED);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "bzip2", "deflate", "snappy", "lz4"})
    void files_are_packed_one_by_one_and_unpacked_again(String codec) {
        put("in/a.bin", LARGE);
        put("in/sub/b", "few".getBytes(UTF_8));
        rig.activity = Map.of("validateDataConsistency", true);
        TestEndpoint plain = from("none");
        rig.copy(plain, to().with("compression", Map.of("type", codec, "level", "Optimal")));
        List<String> packed =
                rig.files.paths().stream().filter(p -> p.startsWith("out/")).toList();
        assertThat(packed).hasSize(2).noneMatch(p -> p.endsWith(".bin"));
        assertThat(rig.files.bytes(packed.getFirst())).isNotEqualTo(LARGE);
        rig.copy(from(codec).location("folderPath", "out"), to().location("folderPath", "again"));
        assertThat(rig.files.bytes("again/a.bin")).isEqualTo(LARGE);
        assertThat(rig.files.text("again/sub/b")).isEqualTo("few");
    }

    @Test
    void what_was_packed_with_gzip_is_read_by_the_jdk() throws IOException {
        put("in/a.bin", LARGE);
        rig.copy(from("none"), to().with("compression", Map.of("type", "gzip")));
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(rig.files.bytes("out/a.bin.gz")))) {
            assertThat(in.readAllBytes()).isEqualTo(LARGE);
        }
    }

    @Test
    void a_folder_becomes_one_archive_where_the_sink_names_a_file() throws IOException {
        put("in/a.bin", LARGE);
        put("in/sub/b", "few".getBytes(UTF_8));
        for (String codec : List.of("ZipDeflate", "Tar", "TarGZip")) {
            rig.copy(from("none"), to().location("fileName", codec).with("compression", Map.of("type", codec)));
        }
        Map<String, String> zipped = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(rig.files.bytes("out/ZipDeflate.zip")))) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                zipped.put(e.getName(), String.valueOf(java.util.Arrays.hashCode(zip.readAllBytes())));
            }
        }
        assertThat(zipped)
                .containsEntry("a.bin", String.valueOf(java.util.Arrays.hashCode(LARGE)))
                .containsEntry("sub/b", String.valueOf(java.util.Arrays.hashCode("few".getBytes(UTF_8))));
        for (byte[] tar : List.of(
                rig.files.bytes("out/Tar.tar"),
                new GZIPInputStream(new ByteArrayInputStream(rig.files.bytes("out/TarGZip.tar.gz"))).readAllBytes())) {
            try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
                assertThat(in.getNextEntry().getName()).isEqualTo("a.bin");
                assertThat(in.readAllBytes()).isEqualTo(LARGE);
                assertThat(in.getNextEntry().getName()).isEqualTo("sub/b");
                assertThat(in.readAllBytes()).isEqualTo("few".getBytes(UTF_8));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"ZipDeflate,z", "Tar,t", "TarGZip,g"})
    void members_of_text_become_files_of_the_sinks_format(String codec, String name) throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (int i = 0; i < 9; i++) {
            members.put("d" + i % 2 + "/f" + i + ".csv", ("id,name\n" + i + ",n" + i + "\n").getBytes(UTF_8));
        }
        put("in/" + name, archive(codec, members));
        TestEndpoint csv = Rig.csvIn().location("folderPath", "in").with("compressionCodec", codec);
        rig.copy(csv, Rig.csvOut().location("folderPath", "out").with("columnDelimiter", ";"));
        assertThat(rig.files.paths()).hasSize(10);
        assertThat(rig.files.text("out/" + name + "/d1/f7.csv").replaceAll("[\"\\r]", ""))
                .isEqualTo("id;name\n7;n7\n");
        rig.copy(csv, Rig.csvOut().location("folderPath", "one").location("fileName", "all.csv"));
        assertThat(rig.files.text("one/all.csv").lines()).hasSize(10);
    }

    /// Independent of how the archive was made: the smallest possible zip, byte by byte.
    @Test
    void an_archive_without_members_gives_nothing() {
        put("in/empty.zip", "PK\5\6".concat("\0".repeat(18)).getBytes(StandardCharsets.ISO_8859_1));
        assertThat(rig.copy(from("ZipDeflate"), to()).filesWritten()).isZero();
    }
}
