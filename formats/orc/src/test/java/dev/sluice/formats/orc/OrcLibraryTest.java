package dev.sluice.formats.orc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.MemoryFileStore;
import dev.sluice.data.testkit.MemoryFiles;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.orc.OrcFile;
import org.apache.orc.RecordReader;
import org.apache.orc.TypeDescription;
import org.apache.orc.storage.ql.exec.vector.BytesColumnVector;
import org.apache.orc.storage.ql.exec.vector.ListColumnVector;
import org.apache.orc.storage.ql.exec.vector.LongColumnVector;
import org.apache.orc.storage.ql.exec.vector.MapColumnVector;
import org.apache.orc.storage.ql.exec.vector.StructColumnVector;
import org.apache.orc.storage.ql.exec.vector.VectorizedRowBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The library's own reader prints what we write; it writes what we read.
class OrcLibraryTest {
    @TempDir
    Path folder;

    private final TestJob job = new TestJob();
    private final MemoryFiles files = new MemoryFiles();
    private final MemoryFileStore store = new MemoryFileStore(files, job.clock(), Kind.SOURCE);

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        assertThat(store.openCount()).isZero();
        job.close();
    }

    private byte[] write(String codec, Schema schema, List<List<@Nullable Object>> rows) throws IOException {
        var sink = TestEndpoint.sink()
                .dataset("Orc")
                .with("orcCompressionCodec", codec)
                .build();
        try (FileOutput out = store.create("written")) {
            try (Writer writer = new OrcFormat().encoder(sink).open(out, schema, job);
                    Batch batch = Rows.batch(schema, job.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            out.publish();
        }
        return files.bytes("written");
    }

    private List<List<@Nullable Object>> read(byte[] content, TreeMapping trees) throws IOException {
        files.put("read", content, Instant.EPOCH);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        Decoder decoder = new OrcDecoder(trees);
        try (FileInput in = store.open(store.find("read").orElseThrow())) {
            Schema schema = decoder.schema(in);
            int[] all = IntStream.range(0, schema.size()).toArray();
            try (Reader reader = decoder.open(
                            in, new Decoder.FileRange(0, content.length), schema, all, RefusedRows.failing(job));
                    Batch batch = new Batch(schema, 100, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
            }
        }
        return rows;
    }

    private org.apache.orc.Reader theirs(byte[] content) throws IOException {
        files.put("theirs", content, Instant.EPOCH);
        Configuration configuration = new Configuration(false);
        FileInput in = store.open(store.find("theirs").orElseThrow());
        in.close();
        Path file = Files.write(folder.resolve("theirs.orc"), content);
        return OrcFile.createReader(
                new org.apache.hadoop.fs.Path("one:/file"),
                OrcFile.readerOptions(configuration)
                        .filesystem(new OneFile(new PlainFile(file), configuration))
                        .maxLength(content.length)
                        .useUTCTimestamp(true));
    }

    /// A file of the machine.
    private record PlainFile(Path path) implements FileInput {
        @Override
        public dev.sluice.data.spi.FileEntry entry() {
            return new dev.sluice.data.spi.FileEntry("theirs.orc", path.toFile().length(), Instant.EPOCH, "1");
        }

        @Override
        public void read(long position, byte[] into, int offset, int length) throws IOException {
            try (var file = new java.io.RandomAccessFile(path.toFile(), "r")) {
                file.seek(position);
                file.readFully(into, offset, length);
            }
        }

        @Override
        public java.io.InputStream stream(long position, long length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "zlib", "snappy", "lzo", "zstd", "lz4"})
    void every_codec_keeps_every_type(String codec) throws Exception {
        Schema schema = RandomData.schema(RandomData.allTypes());
        List<List<@Nullable Object>> rows = new RandomData(29).rows(schema, 1_500);
        byte[] file = write(codec, schema, rows);
        assertThat(read(file, TreeMapping.NONE)).containsExactlyElementsOf(rows);
        assertThat(theirs(file).getCompressionKind().name()).isEqualToIgnoringCase(codec);
    }

    @Test
    void their_reader_sees_orc_types_and_their_text() throws Exception {
        List<DataType> types = List.of(
                DataType.BOOLEAN,
                DataType.UINT8,
                DataType.UINT64,
                DataType.decimal(38, 20),
                DataType.DATE,
                DataType.time(6),
                DataType.timestamp(3),
                DataType.GUID);
        Schema schema = RandomData.schema(types);
        List<@Nullable Object> row = Rows.row(
                true,
                255,
                "18446744073709551615",
                "1.5",
                "0001-01-02",
                "01:02:03.5",
                "2024-02-29 01:02:03.125",
                "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        org.apache.orc.Reader reader = theirs(write("zlib", schema, List.of(row)));
        assertThat(reader.getSchema().toString())
                .isEqualTo("struct<c0:boolean,c1:smallint,c2:decimal(20,0),c3:decimal(38,20),c4:date,c5:string,"
                        + "c6:timestamp,c7:string>");
        VectorizedRowBatch batch = reader.getSchema().createRowBatch();
        try (RecordReader rows = reader.rows()) {
            assertThat(rows.nextBatch(batch)).isTrue();
            StringBuilder text = new StringBuilder();
            for (int c = 0; c < batch.cols.length; c++) {
                batch.cols[c].stringifyValue(text, 0);
                text.append('|');
            }
            assertThat(text.toString())
                    .contains("1|255|18446744073709551615|1.5|")
                    .contains("\"01:02:03.5\"|2024-02-29 01:02:03.125")
                    .contains("f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        }
    }

    private byte[] orders() throws IOException {
        TypeDescription schema = TypeDescription.fromString(
                "struct<id:bigint,customer:struct<name:string,tags:map<string,int>>,lines:array<struct<sku:string,n:int>>>");
        Configuration configuration = new Configuration(false);
        try (FileOutput out = store.create("orders")) {
            org.apache.orc.Writer writer = OrcFile.createWriter(
                    new org.apache.hadoop.fs.Path("one:/file"),
                    OrcFile.writerOptions(configuration)
                            .fileSystem(new OneFile(out, configuration))
                            .setSchema(schema));
            VectorizedRowBatch batch = schema.createRowBatch();
            StructColumnVector customer = (StructColumnVector) batch.cols[1];
            MapColumnVector tags = (MapColumnVector) customer.fields[1];
            ListColumnVector lines = (ListColumnVector) batch.cols[2];
            StructColumnVector line = (StructColumnVector) lines.child;
            batch.size = 3;
            for (int i = 0; i < 3; i++) {
                ((LongColumnVector) batch.cols[0]).vector[i] = i + 1;
                lines.offsets[i] = lines.childCount;
                lines.lengths[i] = i;
                for (int n = 0; n < i; n++) {
                    ((BytesColumnVector) line.fields[0])
                            .setVal(lines.childCount, ("S" + i + n).getBytes(StandardCharsets.UTF_8));
                    ((LongColumnVector) line.fields[1]).vector[lines.childCount] = 10 * i + n;
                    lines.childCount++;
                }
                if (i == 1) {
                    customer.noNulls = false;
                    customer.isNull[i] = true;
                    continue;
                }
                ((BytesColumnVector) customer.fields[0]).setVal(i, ("Zoë " + i).getBytes(StandardCharsets.UTF_8));
                tags.offsets[i] = tags.childCount;
                tags.lengths[i] = 1;
                ((BytesColumnVector) tags.keys).setVal(tags.childCount, "vip".getBytes(StandardCharsets.UTF_8));
                ((LongColumnVector) tags.values).vector[tags.childCount] = i;
                tags.childCount++;
            }
            writer.addRowBatch(batch);
            writer.close();
            out.finish();
            out.publish();
        }
        return files.bytes("orders");
    }

    private static TreeMapping.Column path(String path) {
        return new TreeMapping.Column(path, true, Optional.empty());
    }

    @Test
    void structures_are_json_and_paths_lead_into_them() throws Exception {
        byte[] file = orders();
        assertThat(read(file, TreeMapping.NONE))
                .containsExactly(
                        Rows.row(1L, "{\"name\":\"Zoë 0\",\"tags\":{\"vip\":0}}", "[]"),
                        Rows.row(2L, null, "[{\"sku\":\"S10\",\"n\":10}]"),
                        Rows.row(
                                3L,
                                "{\"name\":\"Zoë 2\",\"tags\":{\"vip\":2}}",
                                "[{\"sku\":\"S20\",\"n\":20},{\"sku\":\"S21\",\"n\":21}]"));
        assertThat(read(
                        file,
                        new TreeMapping(
                                "$.lines",
                                List.of(path("$.id"), path("$.customer.tags.vip"), path("n")),
                                false,
                                false)))
                .containsExactly(Rows.row(2L, null, 10), Rows.row(3L, 2, 20), Rows.row(3L, 2, 21));
    }

    @Test
    void a_file_cut_anywhere_is_refused_by_name() throws Exception {
        byte[] file = orders();
        for (int cut = 0; cut < file.length; cut += 11) {
            byte[] part = Arrays.copyOf(file, cut);
            assertThatThrownBy(() -> read(part, TreeMapping.NONE))
                    .as("cut at " + cut)
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("read");
        }
    }
}
