package dev.sluice.formats.columnar.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.testkit.RandomData;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The reference implementation as the other party, on uncompressed files: its codecs need more of Hadoop than its
/// API. Codecs are checked against DuckDB.
class ParquetJavaTest {
    private static final int ROWS = 3_000;

    @TempDir
    Path folder;

    private static final MessageType THEIRS = MessageTypeParser.parseMessageType("""
            message theirs {
              optional boolean flag;
              required int32 number;
              optional int32 few;
              required int64 rising;
              optional double d;
              required float f;
              optional binary text (STRING);
              required binary path (STRING);
              required fixed_len_byte_array(16) wide (DECIMAL(38,3));
              optional binary money (DECIMAL(12,2));
              required int96 old;
              optional int64 stamp (TIMESTAMP_MICROS);
            }
            """);

    private static final Schema READ = Schema.of(
            new Field("flag", DataType.BOOLEAN),
            new Field("number", DataType.INT32, false),
            new Field("few", DataType.INT32),
            new Field("rising", DataType.INT64, false),
            new Field("d", DataType.FLOAT64),
            new Field("f", DataType.FLOAT32, false),
            new Field("text", DataType.STRING),
            new Field("path", DataType.STRING, false),
            new Field("wide", DataType.decimal(38, 3), false),
            new Field("money", DataType.decimal(12, 2)),
            new Field("old", DataType.timestamp(7), false),
            new Field("stamp", DataType.instant(6)));

    @ParameterizedTest
    @CsvSource({"PARQUET_1_0,true", "PARQUET_1_0,false", "PARQUET_2_0,true", "PARQUET_2_0,false"})
    void what_it_writes_has_the_same_values_here(ParquetProperties.WriterVersion version, boolean dictionary)
            throws Exception {
        Path file = folder.resolve("theirs.parquet");
        List<List<@Nullable Object>> expected = new ArrayList<>();
        try (var writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(THEIRS)
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .withWriterVersion(version)
                .withDictionaryEncoding(dictionary)
                .withByteStreamSplitEncoding(!dictionary)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .withPageRowCountLimit(700)
                .withRowGroupSize(60_000L)
                .build()) {
            for (int i = 0; i < ROWS; i++) {
                List<@Nullable Object> row = values(i);
                expected.add(row);
                writer.write(group(row));
            }
        }
        byte[] content = Files.readAllBytes(file);
        try (ParquetFiles files = new ParquetFiles()) {
            assertThat(files.schema(content)).isEqualTo(READ);
            DuckDb.assertSame(
                    version + " " + dictionary, new ArrayList<>(files.read(content)), new ArrayList<>(expected));
        }
    }

    private static List<@Nullable Object> values(int i) {
        return Arrays.asList(
                i % 5 == 0 ? null : (Object) (i % 3 == 0),
                i * 31_337 ^ (i % 2 == 0 ? -1 : 0),
                i % 3 == 0 ? null : (Object) (i % 8),
                1_000_000_000_000L + i * 10L,
                i % 7 == 0 ? null : (Object) Math.sqrt(i),
                i / 3f,
                i % 4 == 0 ? null : "text " + i % 50,
                "/common/prefix/of/all/" + i / 10 + "/" + i,
                new BigDecimal(BigInteger.valueOf(i - 1_500).multiply(BigInteger.TEN.pow(30)), 3),
                i % 6 == 0 ? null : new BigDecimal(BigInteger.valueOf((i - 1_000) * 12_345L), 2),
                LocalDate.of(1900, 1, 1).plusDays(i * 50L).atTime(LocalTime.of(1, 2, 3, 400)),
                i % 9 == 0 ? null : Instant.EPOCH.plusNanos((i - 500) * 987_654_321_000L));
    }

    private static Group group(List<@Nullable Object> row) {
        Group group = new SimpleGroup(THEIRS);
        for (int c = 0; c < row.size(); c++) {
            switch (row.get(c)) {
                case null -> {}
                case Boolean b -> group.add(c, (boolean) b);
                case Integer n -> group.add(c, (int) n);
                case Long n -> group.add(c, (long) n);
                case Double d -> group.add(c, (double) d);
                case Float f -> group.add(c, (float) f);
                case String s -> group.add(c, s);
                case BigDecimal d -> {
                    byte[] bytes = d.unscaledValue().toByteArray();
                    byte[] fixed = new byte[c == 8 ? 16 : bytes.length];
                    Arrays.fill(fixed, (byte) (d.signum() < 0 ? -1 : 0));
                    System.arraycopy(bytes, 0, fixed, fixed.length - bytes.length, bytes.length);
                    group.add(c, Binary.fromConstantByteArray(fixed));
                }
                case LocalDateTime t -> {
                    byte[] bytes = new byte[12];
                    LittleEndian.putLong(bytes, 0, t.toLocalTime().toNanoOfDay());
                    LittleEndian.putInt(bytes, 8, (int) (t.toLocalDate().toEpochDay() + 2_440_588));
                    group.add(c, Binary.fromConstantByteArray(bytes));
                }
                case Instant t -> group.add(c, t.getEpochSecond() * 1_000_000 + t.getNano() / 1_000);
                case Object other -> throw new IllegalArgumentException(other.toString());
            }
        }
        return group;
    }

    @Test
    void it_reads_the_same_values_of_ours() throws Exception {
        Schema schema = RandomData.schema(RandomData.allTypes());
        List<List<@Nullable Object>> rows = new RandomData(23).rows(schema, 2_000);
        try (ParquetFiles files = new ParquetFiles()) {
            Path file = files.writeFile(folder.resolve("ours.parquet"), "none", schema, rows);
            try (ParquetReader<Group> reader = new Builder(new LocalInputFile(file)).build()) {
                for (int r = 0; r < rows.size(); r++) {
                    Group group = reader.read();
                    for (int c = 0; c < schema.size(); c++) {
                        DataType type = schema.field(c).type();
                        @Nullable Object theirs = group.getFieldRepetitionCount(c) == 0 ? null : value(group, c, type);
                        assertThat(theirs)
                                .as("row %d, %s", r, type)
                                .isEqualTo(raw(type, rows.get(r).get(c)));
                    }
                }
                assertThat(reader.read()).isNull();
            }
        }
    }

    private static final class Builder extends ParquetReader.Builder<Group> {
        Builder(InputFile file) {
            super(file, new PlainParquetConfiguration());
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }

    /// The physical value as the reference reads it.
    private static Object value(Group group, int c, DataType type) {
        return switch (WrittenTypes.physical(type)) {
            case BOOLEAN -> group.getBoolean(c, 0);
            case INT32 -> (long) group.getInteger(c, 0);
            case INT64 -> group.getLong(c, 0);
            case FLOAT -> group.getFloat(c, 0);
            case DOUBLE -> group.getDouble(c, 0);
            case INT96 -> ByteBuffer.wrap(group.getInt96(c, 0).getBytes());
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> {
                byte[] bytes = group.getBinary(c, 0).getBytes();
                yield type.kind() == DataType.Kind.DECIMAL ? new BigInteger(bytes) : ByteBuffer.wrap(bytes);
            }
        };
    }

    /// What Parquet's specification makes of a value.
    private static @Nullable Object raw(DataType type, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Boolean b -> b;
            case Float f -> f;
            case Double d -> d;
            case BigInteger n -> n.longValue();
            case Integer n -> (long) n;
            case Long n -> type.kind() == DataType.Kind.UINT32 ? (Object) (long) n.intValue() : n;
            case BigDecimal d ->
                type.precision() > 18
                        ? d.unscaledValue()
                        : (Object) d.unscaledValue().longValueExact();
            case LocalDate d -> d.toEpochDay();
            case LocalTime t ->
                type.scale() == 7 ? t.toNanoOfDay() : t.toNanoOfDay() / (1_000_000_000 / type.unitsPerSecond());
            case LocalDateTime t -> stamp(type, t);
            case Instant t -> stamp(type, LocalDateTime.ofInstant(t, ZoneOffset.UTC));
            case Duration d ->
                d.getSeconds() * type.unitsPerSecond() + d.getNano() / (1_000_000_000 / type.unitsPerSecond());
            case String s -> ByteBuffer.wrap(s.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case ByteBuffer b -> b;
            case UUID u ->
                ByteBuffer.allocate(16)
                        .putLong(u.getMostSignificantBits())
                        .putLong(u.getLeastSignificantBits())
                        .flip();
            case Object other -> throw new IllegalArgumentException(other.toString());
        };
    }

    private static Object stamp(DataType type, LocalDateTime t) {
        if (type.scale() == 7) {
            byte[] bytes = new byte[12];
            LittleEndian.putLong(bytes, 0, t.toLocalTime().toNanoOfDay());
            LittleEndian.putInt(bytes, 8, (int) (t.toLocalDate().toEpochDay() + 2_440_588));
            return ByteBuffer.wrap(bytes);
        }
        long perSecond = type.unitsPerSecond();
        return t.toEpochSecond(ZoneOffset.UTC) * perSecond + t.getNano() / (1_000_000_000 / perSecond);
    }
}
