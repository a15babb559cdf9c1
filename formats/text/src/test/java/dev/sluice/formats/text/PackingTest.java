package dev.sluice.formats.text;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.packing.Members;
import dev.sluice.data.packing.Packing;
import dev.sluice.data.packing.StoredInput;
import dev.sluice.data.packing.UnpackedInput;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.testkit.BlockedCall;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Codecs: each both ways, archives, damage, and files that unpack to far too much.
final class PackingTest {
    private static final Schema SCHEMA =
            Schema.of(new Field("id", DataType.STRING, false), new Field("text", DataType.STRING, false));

    private static Decoder decoder(Packing packing) {
        return TextFixture.decoder(
                TestEndpoint.source().with("firstRowAsHeader", true).with("compressionCodec", packing.codec()));
    }

    private static byte[] packed(TextFixture fixture, Packing packing, String level, List<List<@Nullable Object>> rows)
            throws IOException {
        TestEndpoint sink = TestEndpoint.sink()
                .with("firstRowAsHeader", true)
                .with("compressionCodec", packing.codec())
                .with("compressionLevel", level);
        return fixture.write(TextFixture.encoder(sink), SCHEMA, rows);
    }

    @ParameterizedTest
    @EnumSource
    void every_codec_reads_what_it_writes(Packing packing) throws IOException {
        List<List<@Nullable Object>> rows = new RandomData(43).rows(SCHEMA, 4_000);
        try (TextFixture fixture = new TextFixture()) {
            for (String level : new String[] {"Optimal", "Fastest"}) {
                byte[] file = packed(fixture, packing, level, rows);
                assertThat(fixture.read(decoder(packing), file, 5_000)).isEqualTo(rows);
                assertThat(packed(fixture, packing, level, rows))
                        .as("the same rows, the same bytes")
                        .isEqualTo(file);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_empty_file_has_no_rows_or_is_refused(Packing packing) throws IOException {
        try (TextFixture fixture = new TextFixture()) {
            assertThat(fixture.read(decoder(packing), packed(fixture, packing, "Optimal", List.of()), 5_000))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void damaged_files_are_named_or_read_but_never_worse(Packing packing) throws IOException {
        Random random = new Random(47);
        try (TextFixture fixture = new TextFixture()) {
            byte[] whole = packed(fixture, packing, "Fastest", new RandomData(43).rows(SCHEMA, 60));
            int refused = 0;
            for (int i = 0; i < 60; i++) {
                byte[] damaged = i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
                for (int n = i % 3; n > 0 && damaged.length > 0; n--) {
                    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                }
                try {
                    fixture.read(decoder(packing), damaged, Long.MAX_VALUE);
                } catch (ProblemException e) {
                    refused++;
                    assertThat(e.problem().code())
                            .isIn("FileFormatInvalid", "ColumnNotFound", "DelimitedTextMalformed");
                    assertThat(e.problem().location()).startsWith("data.csv");
                }
            }
            assertThat(refused).isPositive();
            assertThat(fixture.job.memory().peak()).isLessThan(64 << 20);
        }
    }

    @Test
    void the_members_of_a_zip_are_read_in_order_each_with_its_header() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry("folder/"));
            int number = 0;
            for (String content :
                    new String[] {"id,text\n1,a\n", "", "\uFEFFtext,id\nb,2", "id,text\n", "id,text\n3\n"}) {
                number++;
                zip.putNextEntry(new ZipEntry("../../part\u001b" + number + ".csv"));
                zip.write(content.getBytes(UTF_8));
            }
        }
        try (TextFixture fixture = new TextFixture()) {
            assertThat(fixture.read(decoder(Packing.ZIP), file.toByteArray(), Long.MAX_VALUE))
                    .containsExactly(Rows.row("1", "a"), Rows.row("2", "b"));
            assertThat(fixture.refused).singleElement().satisfies(r -> {
                assertThat(r.row()).isEqualTo(3);
                assertThat(r.problem().location()).isEqualTo("data.csv!../../part?5.csv:2:1");
            });
        }
    }

    @Test
    void the_files_of_a_tar_are_read_whatever_else_is_in_it() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(file))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.putArchiveEntry(new TarArchiveEntry("folder/"));
            tar.closeArchiveEntry();
            TarArchiveEntry link = new TarArchiveEntry("link", TarArchiveEntry.LF_SYMLINK);
            link.setLinkName("/etc/passwd");
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            put(tar, "a.csv", "id,text\n1,a\n");
            put(tar, "x".repeat(300) + ".csv", "id,text\n2,b");
        }
        byte[] gnu = new ByteArrayOutputStream() {
            {
                try (TarArchiveOutputStream tar = new TarArchiveOutputStream(this)) {
                    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
                    put(tar, "y".repeat(300) + ".csv", "id,text\n3,c\n");
                }
            }
        }.toByteArray();
        try (TextFixture fixture = new TextFixture()) {
            assertThat(fixture.read(decoder(Packing.TAR_GZIP), file.toByteArray(), Long.MAX_VALUE))
                    .containsExactly(Rows.row("1", "a"), Rows.row("2", "b"));
            assertThat(fixture.read(decoder(Packing.TAR), gnu, Long.MAX_VALUE)).containsExactly(Rows.row("3", "c"));
        }
    }

    private static void put(TarArchiveOutputStream tar, String name, String content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length());
        tar.putArchiveEntry(entry);
        tar.write(content.getBytes(US_ASCII));
        tar.closeArchiveEntry();
    }

    @Test
    void gzip_of_several_members_and_deflate_with_a_zlib_header() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        for (String part : new String[] {"id,text\n1,", "a\n2,b\n"}) {
            try (OutputStream out = new GZIPOutputStream(gzip)) {
                out.write(part.getBytes(UTF_8));
            }
        }
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(zlib)) {
            out.write("id,text\n1,a\n2,b\n".getBytes(UTF_8));
        }
        try (TextFixture fixture = new TextFixture()) {
            assertThat(fixture.read(decoder(Packing.GZIP), gzip.toByteArray(), Long.MAX_VALUE))
                    .isEqualTo(fixture.read(decoder(Packing.DEFLATE), zlib.toByteArray(), Long.MAX_VALUE))
                    .containsExactly(Rows.row("1", "a"), Rows.row("2", "b"));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void a_file_that_is_not_packed_at_all_is_refused_and_not_empty(Packing packing) {
        for (String content : new String[] {"", "id,text\n1,a\n", "id,text\n1,a\n".repeat(100)}) {
            try (TextFixture fixture = new TextFixture()) {
                assertThatThrownBy(() -> fixture.read(decoder(packing), content.getBytes(UTF_8), Long.MAX_VALUE))
                        .as(content)
                        .isInstanceOf(ProblemException.class)
                        .hasMessageContaining("not a valid " + packing.codec() + " file");
            }
        }
    }

    @Test
    void a_truncated_file_is_named_with_its_format() throws IOException {
        try (TextFixture fixture = new TextFixture()) {
            byte[] whole = packed(fixture, Packing.GZIP, "Fastest", new RandomData(43).rows(SCHEMA, 600));
            byte[] half = Arrays.copyOf(whole, whole.length / 2);
            assertThatThrownBy(() -> fixture.read(decoder(Packing.GZIP), half, Long.MAX_VALUE))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("FileFormatInvalid: data.csv")
                    .hasMessageContaining("not a valid gzip file: it ends too early");
        }
    }

    @Test
    void a_failure_of_the_store_is_not_taken_for_a_damaged_file() throws IOException {
        try (TextFixture fixture = new TextFixture()) {
            byte[] whole = packed(fixture, Packing.GZIP, "Fastest", new RandomData(43).rows(SCHEMA, 600));
            try (FileInput in = fixture.open(whole, "data.csv.gz")) {
                Schema schema = decoder(Packing.GZIP).schema(in);
                FileInput broken = new BrokenInput(in, whole.length / 2);
                assertThatThrownBy(() -> fixture.read(
                                decoder(Packing.GZIP), broken, new Decoder.FileRange(0, whole.length), schema))
                        .isInstanceOf(IOException.class)
                        .hasMessage("connection reset");
            }
        }
    }

    /// A file whose store fails after so many bytes.
    record BrokenInput(FileInput file, int good) implements FileInput {
        @Override
        public FileEntry entry() {
            return file.entry();
        }

        @Override
        public void read(long position, byte[] into, int offset, int length) throws IOException {
            file.read(position, into, offset, length);
        }

        @Override
        public InputStream stream(long position, long length) throws IOException {
            return new SequenceInputStream(file.stream(position, good), new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("connection reset");
                }
            });
        }

        @Override
        public long bytesRead() {
            return file.bytesRead();
        }

        @Override
        public void close() {
            file.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closing_a_reader_ends_a_read_that_the_store_blocks(Packing packing) throws Exception {
        try (TextFixture fixture = new TextFixture()) {
            byte[] whole = packed(fixture, packing, "Fastest", new RandomData(43).rows(SCHEMA, 3_000));
            try (FileInput in = fixture.open(whole, "data")) {
                BlockedInput blocked = new BlockedInput(in, whole.length / 2);
                Reader reader = decoder(packing)
                        .open(
                                blocked,
                                new Decoder.FileRange(0, whole.length),
                                SCHEMA.project(new int[] {}),
                                new int[] {},
                                RefusedRows.skipping(fixture.job));
                try (Batch batch = new Batch(SCHEMA.project(new int[] {}), 10, fixture.job.memory())) {
                    BlockedCall.endsOn(
                            () -> {
                                while (reader.read(batch)) {
                                    batch.clear();
                                }
                                return null;
                            },
                            reader::close);
                }
            }
        }
    }

    /// A file whose store blocks after so many bytes, until the stream is closed.
    record BlockedInput(FileInput file, int good) implements FileInput {
        @Override
        public FileEntry entry() {
            return file.entry();
        }

        @Override
        public void read(long position, byte[] into, int offset, int length) throws IOException {
            file.read(position, into, offset, length);
        }

        @Override
        public InputStream stream(long position, long length) throws IOException {
            InputStream start = file.stream(position, good);
            CountDownLatch closed = new CountDownLatch(1);
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
                }

                @Override
                public int read(byte[] into, int offset, int count) throws IOException {
                    int read = start.read(into, offset, count);
                    if (read >= 0) {
                        return read;
                    }
                    try {
                        closed.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new IOException("closed");
                }

                @Override
                public void close() throws IOException {
                    start.close();
                    closed.countDown();
                }
            };
        }

        @Override
        public long bytesRead() {
            return file.bytesRead();
        }

        @Override
        public void close() {
            file.close();
        }
    }

    @Test
    void a_file_that_unpacks_to_absurdly_much_is_refused() throws IOException {
        byte[] block = new byte[1 << 20];
        Arrays.fill(block, (byte) '\n');
        StoredInput stored = new StoredInput(new ByteArrayInputStream(new byte[0]));
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return '\n';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return length;
            }
        };
        UnpackedInput in = new UnpackedInput(endless, stored, Packing.BZIP2, "bomb.bz2", 0);
        assertThatThrownBy(() -> {
                    long total = 0;
                    while (total < 2L << 30) {
                        total += in.read(block, 0, block.length);
                    }
                })
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("bomb.bz2")
                .hasMessageContaining("unpacks to more than");
    }

    @Test
    void an_archive_of_too_many_members_is_refused() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        byte[] header = new byte[512];
        header[0] = 'f';
        header[156] = '5';
        System.arraycopy("00000000000".getBytes(US_ASCII), 0, header, 124, 11);
        int sum = 8 * ' ' + 'f' + '5' + 11 * '0';
        System.arraycopy(String.format("%06o", sum).getBytes(US_ASCII), 0, header, 148, 6);
        try (OutputStream out = new GZIPOutputStream(file)) {
            for (int i = 0; i <= Members.MOST; i++) {
                out.write(header);
            }
        }
        try (TextFixture fixture = new TextFixture()) {
            assertThatThrownBy(() -> fixture.read(decoder(Packing.TAR_GZIP), file.toByteArray(), Long.MAX_VALUE))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("more than 100000 members");
        }
    }
}
