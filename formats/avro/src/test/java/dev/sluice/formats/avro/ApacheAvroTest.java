package dev.sluice.formats.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.Rows;
import dev.sluice.diagnosis.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Apache Avro's own library as the other party: it shares no line of code with ours.
class ApacheAvroTest {
    private static final GenericData DATA = new GenericData();

    static {
        DATA.addLogicalTypeConversion(new Conversions.DecimalConversion());
        DATA.addLogicalTypeConversion(new Conversions.UUIDConversion());
        DATA.addLogicalTypeConversion(new TimeConversions.DateConversion());
        DATA.addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
        DATA.addLogicalTypeConversion(new TimeConversions.TimeMicrosConversion());
        DATA.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
        DATA.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
        DATA.addLogicalTypeConversion(new TimeConversions.TimestampNanosConversion());
        DATA.addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
        DATA.addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
        DATA.addLogicalTypeConversion(new TimeConversions.LocalTimestampNanosConversion());
    }

    private static List<GenericRecord> theirs(byte[] file) throws IOException {
        List<GenericRecord> rows = new ArrayList<>();
        try (DataFileReader<GenericRecord> reader =
                new DataFileReader<>(new SeekableByteArrayInput(file), new GenericDatumReader<>(null, null, DATA))) {
            reader.forEach(rows::add);
        }
        return rows;
    }

    /// What their reader gives for a value of ours.
    private static @Nullable Object comparable(DataType type, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case BigInteger unsigned -> new BigDecimal(unsigned);
            case Duration d -> Rows.text(type, d);
            case Object o when WrittenSchema.asText(type) && type.kind() != DataType.Kind.GUID -> Rows.text(type, o);
            default -> value;
        };
    }

    private static @Nullable Object plain(@Nullable Object theirs) {
        return theirs instanceof CharSequence text ? text.toString() : theirs;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "deflate", "snappy", "bzip2", "zstandard"})
    void reads_every_type_that_we_write(String codec) throws Exception {
        dev.sluice.data.batch.Schema schema = RandomData.schema(RandomData.allTypes());
        List<List<@Nullable Object>> rows = new RandomData(23).rows(schema, 500);
        try (AvroFiles files = new AvroFiles()) {
            List<GenericRecord> read = theirs(files.write(codec, schema, rows));
            assertThat(read).hasSameSizeAs(rows);
            for (int r = 0; r < rows.size(); r++) {
                for (int c = 0; c < schema.size(); c++) {
                    DataType type = schema.field(c).type();
                    assertThat(plain(read.get(r).get(c)))
                            .as(type + ", row " + (r + 1))
                            .isEqualTo(comparable(type, rows.get(r).get(c)));
                }
            }
        }
    }

    private static final String NESTED = """
            {"type":"record","name":"Order","namespace":"shop","fields":[
              {"name":"id","type":"long"},
              {"name":"state","type":{"type":"enum","name":"State","symbols":["NEW","PAID"]}},
              {"name":"customer","type":["null",{"type":"record","name":"Customer","fields":[
                 {"name":"name","type":"string"},
                 {"name":"born","type":{"type":"int","logicalType":"date"}},
                 {"name":"tags","type":{"type":"map","values":"int"}}]}]},
              {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
                 {"name":"sku","type":"string"},
                 {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
                 {"name":"back","type":["null","Customer"],"default":null}]}}},
              {"name":"mixed","type":["null","int","string","boolean"]},
              {"name":"key","type":{"type":"fixed","name":"Key","size":4}},
              {"name":"span","type":{"type":"fixed","name":"Span","size":12,"logicalType":"duration"}},
              {"name":"seen","type":{"type":"long","logicalType":"timestamp-millis"}}]}""";

    private static byte[] orders(CodecFactory codec) throws IOException {
        Schema schema = new Schema.Parser().parse(NESTED);
        Schema customer = schema.getField("customer").schema().getTypes().get(1);
        Schema line = schema.getField("lines").schema().getElementType();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema, DATA))) {
            writer.setCodec(codec);
            writer.create(schema, out);
            for (int i = 1; i <= 3; i++) {
                GenericRecord order = new GenericData.Record(schema);
                order.put("id", (long) i);
                order.put(
                        "state",
                        new GenericData.EnumSymbol(schema.getField("state").schema(), i == 1 ? "NEW" : "PAID"));
                if (i < 3) {
                    GenericRecord person = new GenericData.Record(customer);
                    person.put("name", "Zoë " + i);
                    person.put("born", LocalDate.of(1990, 1, i));
                    person.put("tags", Map.of("vip", i));
                    order.put("customer", person);
                }
                List<GenericRecord> lines = new ArrayList<>();
                for (int n = 1; n < i + 1 && i < 3; n++) {
                    GenericRecord one = new GenericData.Record(line);
                    one.put("sku", "S" + i + n);
                    one.put("price", new BigDecimal("12.3" + n));
                    lines.add(one);
                }
                order.put("lines", lines);
                order.put("mixed", i == 1 ? (Object) 7 : i == 2 ? "seven" : null);
                order.put(
                        "key", new GenericData.Fixed(schema.getField("key").schema(), new byte[] {1, 2, 3, (byte) i}));
                order.put("span", new GenericData.Fixed(schema.getField("span").schema(), new byte[] {
                    0, 0, 0, 0, (byte) i, 0, 0, 0, 5, 0, 0, 0
                }));
                order.put("seen", Instant.ofEpochMilli(1_000L * i));
                writer.append(order);
            }
        }
        return out.toByteArray();
    }

    @Test
    void structures_become_json_and_every_other_member_a_column() throws Exception {
        try (AvroFiles files = new AvroFiles()) {
            byte[] file = orders(CodecFactory.deflateCodec(6));
            assertThat(files.schema(file, TreeMapping.NONE).fields())
                    .containsExactly(
                            new Field("id", DataType.INT64),
                            new Field("state", DataType.STRING),
                            Field.ofDocuments("customer"),
                            Field.ofDocuments("lines"),
                            new Field("mixed", DataType.STRING),
                            new Field("key", DataType.BINARY),
                            new Field("span", DataType.duration(3)),
                            new Field("seen", DataType.instant(3)));
            assertThat(files.read(file, TreeMapping.NONE))
                    .containsExactly(
                            Rows.row(
                                    1L,
                                    "NEW",
                                    "{\"name\":\"Zoë 1\",\"born\":\"1990-01-01T00:00:00\",\"tags\":{\"vip\":1}}",
                                    "[{\"sku\":\"S11\",\"price\":12.31,\"back\":null}]",
                                    "7",
                                    ByteBuffer.wrap(new byte[] {1, 2, 3, 1}),
                                    Duration.ofDays(1).plusMillis(5),
                                    Instant.ofEpochSecond(1)),
                            Rows.row(
                                    2L,
                                    "PAID",
                                    "{\"name\":\"Zoë 2\",\"born\":\"1990-01-02T00:00:00\",\"tags\":{\"vip\":2}}",
                                    "[{\"sku\":\"S21\",\"price\":12.31,\"back\":null},"
                                            + "{\"sku\":\"S22\",\"price\":12.32,\"back\":null}]",
                                    "seven",
                                    ByteBuffer.wrap(new byte[] {1, 2, 3, 2}),
                                    Duration.ofDays(2).plusMillis(5),
                                    Instant.ofEpochSecond(2)),
                            Rows.row(
                                    3L,
                                    "PAID",
                                    null,
                                    "[]",
                                    null,
                                    ByteBuffer.wrap(new byte[] {1, 2, 3, 3}),
                                    Duration.ofDays(3).plusMillis(5),
                                    Instant.ofEpochSecond(3)));
        }
    }

    private static TreeMapping.Column path(String path) {
        return new TreeMapping.Column(path, true, Optional.empty());
    }

    @Test
    void paths_lead_into_structures_and_keep_their_types() throws Exception {
        TreeMapping mapping = new TreeMapping(
                "",
                List.of(path("$['customer']['born']"), path("$.customer.tags.vip"), path("$.lines[1].price")),
                false,
                false);
        try (AvroFiles files = new AvroFiles()) {
            byte[] file = orders(CodecFactory.snappyCodec());
            assertThat(files.schema(file, mapping).fields().stream().map(Field::type))
                    .containsExactly(DataType.DATE, DataType.INT32, DataType.decimal(9, 2));
            assertThat(files.read(file, mapping))
                    .containsExactly(
                            Rows.row(LocalDate.of(1990, 1, 1), 1, null),
                            Rows.row(LocalDate.of(1990, 1, 2), 2, new BigDecimal("12.32")),
                            Rows.row(null, null, null));
        }
    }

    @Test
    void an_array_is_crossed_with_what_stands_around_it() throws Exception {
        TreeMapping mapping =
                new TreeMapping("$.lines", List.of(path("$.id"), path("['sku']"), path("price")), false, false);
        try (AvroFiles files = new AvroFiles()) {
            assertThat(files.read(orders(CodecFactory.nullCodec()), mapping))
                    .containsExactly(
                            Rows.row(1L, "S11", new BigDecimal("12.31")),
                            Rows.row(2L, "S21", new BigDecimal("12.31")),
                            Rows.row(2L, "S22", new BigDecimal("12.32")));
        }
    }

    @Test
    void a_path_that_leads_nowhere_is_a_fault_of_the_mapping() throws Exception {
        try (AvroFiles files = new AvroFiles()) {
            byte[] file = orders(CodecFactory.nullCodec());
            assertThatThrownBy(() ->
                            files.schema(file, new TreeMapping("", List.of(path("$.customer.nothing")), false, false)))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("MappingInvalid")
                    .hasMessageContaining("$.customer.nothing");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "deflate", "snappy", "bzip2", "zstandard"})
    void their_codecs_are_read(String codec) throws Exception {
        try (AvroFiles files = new AvroFiles()) {
            CodecFactory factory = codec.equals("zstandard")
                    ? CodecFactory.zstandardCodec(3)
                    : codec.equals("deflate") ? CodecFactory.deflateCodec(9) : CodecFactory.fromString(codec);
            assertThat(files.read(orders(factory), TreeMapping.NONE)).hasSize(3);
        }
    }

    @Test
    void a_type_that_contains_itself_is_refused_by_name() throws Exception {
        Schema schema = new Schema.Parser()
                .parse(
                        "{\"type\":\"record\",\"name\":\"Node\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"Node\"]}]}");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
            writer.create(schema, out);
        }
        try (AvroFiles files = new AvroFiles()) {
            assertThatThrownBy(() -> files.schema(out.toByteArray(), TreeMapping.NONE))
                    .hasMessageContaining("FormatFeatureNotSupported")
                    .hasMessageContaining("contains itself");
        }
    }

    /// A block of 100 MB of zeros packs to 100 KB; a job of 32 MB must not fall over it.
    @Test
    void a_block_that_unpacks_to_more_than_the_memory_is_refused_within_it() throws Exception {
        Schema schema = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"b\",\"type\":\"bytes\"}]}");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer =
                new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
            writer.setCodec(CodecFactory.deflateCodec(9));
            writer.create(schema, out);
            GenericRecord row = new GenericData.Record(schema);
            row.put("b", ByteBuffer.allocate(100 << 20));
            writer.append(row);
        }
        try (AvroFiles files = new AvroFiles(32 << 20)) {
            assertThatThrownBy(() -> files.read(out.toByteArray(), TreeMapping.NONE))
                    .isInstanceOf(dev.sluice.data.batch.MemoryBudgetExceededException.class);
            assertThat(files.job.memory().used()).isZero();
        }
    }

    @Test
    void a_claimed_length_is_not_believed() throws Exception {
        byte[] file = orders(CodecFactory.nullCodec());
        try (AvroFiles files = new AvroFiles()) {
            for (int cut = 0; cut < file.length; cut += 7) {
                byte[] part = Arrays.copyOf(file, cut);
                assertThatThrownBy(() -> files.read(part, TreeMapping.NONE))
                        .as("cut at " + cut)
                        .isInstanceOf(ProblemException.class)
                        .hasMessageContaining("FileFormatInvalid")
                        .hasMessageContaining("read byte");
            }
        }
    }
}
