package dev.sluice.data.packing;

import dev.sluice.data.spi.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.snappy.FramedSnappyCompressorInputStream;
import org.xerial.snappy.SnappyFramedOutputStream;

/// The codecs of `compressionCodec`: how a file is unpacked into its members and packed.
///
/// `deflate` is the bare stream of RFC 1951, as .NET writes it; on reading a zlib header is recognised. `snappy` and
/// `lz4` are the framing formats of those codecs. The unpackers were chosen for never allocating what a file merely
/// claims to need.
public enum Packing {
    NONE("none", ""),
    GZIP("gzip", ".gz"),
    BZIP2("bzip2", ".bz2"),
    DEFLATE("deflate", ".deflate"),
    ZIP("ZipDeflate", ".zip"),
    TAR("Tar", ".tar"),
    TAR_GZIP("TarGZip", ".tar.gz"),
    SNAPPY("snappy", ".snappy"),
    LZ4("lz4", ".lz4");

    /// Between zlib and the stream on either side: fewer, larger native calls.
    private static final int CHUNK = 64 << 10;

    private static final int FASTEST = 1;
    private static final int OPTIMAL = 6;

    private final String codec;
    private final String extension;

    Packing(String codec, String extension) {
        this.codec = codec;
        this.extension = extension;
    }

    /// Data Factory's name.
    public String codec() {
        return codec;
    }

    /// What it adds to a file name.
    public String extension() {
        return extension;
    }

    /// What a dataset says: `compressionCodec`, or `compression { type, level }`.
    public static Packing of(Settings dataset) {
        String name = dataset.text("compressionCodec").orElse("");
        if (name.isEmpty()) {
            name = dataset.section("compression").text("type").orElse("");
        }
        for (Packing p : values()) {
            if (p.codec().equalsIgnoreCase(name) || (name.isEmpty() && p == NONE)) {
                return p;
            }
        }
        throw dataset.wrong("compressionCodec", name, "one of " + codecs());
    }

    /// What a dataset says if it is an archive of several files; empty for everything else, whatever it is.
    public static Optional<Packing> archive(Settings dataset) {
        String name = dataset.text("compressionCodec")
                .filter(n -> !n.isEmpty())
                .or(() -> dataset.section("compression").text("type"))
                .orElse("");
        return Arrays.stream(values())
                .filter(p -> p.isArchive() && p.codec().equalsIgnoreCase(name))
                .findFirst();
    }

    /// Whether it holds several files.
    public boolean isArchive() {
        return this == ZIP || this == TAR || this == TAR_GZIP;
    }

    /// zlib's scale, 1 to 9, for `compressionLevel` or `compression.level`. Without it the fastest: the codec is the
    /// bottleneck of a copy, and a slower level saves few bytes.
    public static int level(Settings dataset) {
        String name = dataset.text("compressionLevel")
                .or(() -> dataset.section("compression").text("level"))
                .orElse("");
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "", "fastest" -> FASTEST;
            case "optimal" -> OPTIMAL;
            default -> throw dataset.wrong("compressionLevel", name, "Optimal or Fastest");
        };
    }

    /// A file's name without the codec's extension: what the member of an archive is called.
    public String unpackedName(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean named = !extension.isEmpty() && name.endsWith(extension) && name.length() > extension.length();
        return named ? name.substring(0, name.length() - extension.length()) : name;
    }

    public static String codecs() {
        return Arrays.stream(values()).map(Packing::codec).collect(Collectors.joining(", "));
    }

    /// The members of a file; one unless it is an archive.
    public Members unpack(InputStream file) throws IOException {
        return switch (this) {
            case NONE -> Members.one(file);
            case GZIP -> Members.one(new GZIPInputStream(new EagerInput(file, CHUNK), CHUNK));
            case BZIP2 -> Members.one(new BZip2CompressorInputStream(new EagerInput(file, CHUNK), true));
            case DEFLATE -> Members.one(inflate(file));
            case ZIP -> Members.of(unzip(file));
            case TAR -> new TarMembers(new EagerInput(file, CHUNK));
            case TAR_GZIP -> new TarMembers(new GZIPInputStream(new EagerInput(file, CHUNK), CHUNK));
            case SNAPPY -> Members.one(new FramedSnappyCompressorInputStream(new EagerInput(file, CHUNK)));
            case LZ4 -> Members.one(new FramedLZ4CompressorInputStream(new EagerInput(file, CHUNK), true));
        };
    }

    private static ZipInputStream unzip(InputStream file) throws IOException {
        PushbackInputStream in = new PushbackInputStream(new EagerInput(file, CHUNK), 4);
        byte[] head = in.readNBytes(4);
        in.unread(head);
        // ZipInputStream takes anything else for an archive without members.
        boolean member = Arrays.equals(head, new byte[] {'P', 'K', 3, 4});
        if (!member && !Arrays.equals(head, new byte[] {'P', 'K', 5, 6})) {
            throw new IOException("it does not start as a zip archive");
        }
        return new ZipInputStream(in);
    }

    private static InputStream inflate(InputStream file) throws IOException {
        PushbackInputStream in = new PushbackInputStream(new EagerInput(file, CHUNK), 2);
        byte[] head = in.readNBytes(2);
        in.unread(head);
        boolean zlib = head.length == 2 && (head[0] & 15) == 8 && ((head[0] & 255) << 8 | head[1] & 255) % 31 == 0;
        return new InflaterInputStream(in, new Inflater(!zlib), CHUNK) {
            @Override
            public void close() throws IOException {
                super.close();
                inf.end();
            }
        };
    }

    /// A stream that packs what is written to it; closing it completes the file's content and closes `file`.
    ///
    /// @param level zlib's scale
    /// @param name of the member, in an archive
    /// @param scratch folder for what must be known in full before it can be written (tar)
    public OutputStream pack(OutputStream file, int level, String name, Path scratch) throws IOException {
        return switch (this) {
            case NONE -> file;
            case GZIP -> gzip(file, level);
            case BZIP2 -> new BZip2CompressorOutputStream(new ChunkedOutput(file), Math.clamp(level + 3L, 1, 9));
            case DEFLATE -> new Deflated(file, new Deflater(level, true));
            case ZIP -> new ZipOutput(new ChunkedOutput(file), level, name);
            case TAR -> new TarOutput(file, name, scratch);
            case TAR_GZIP -> new TarOutput(gzip(file, level), name, scratch);
            case SNAPPY -> new SnappyFramedOutputStream(file);
            case LZ4 -> new Lz4Output(new ChunkedOutput(file));
        };
    }

    private static OutputStream gzip(OutputStream file, int level) throws IOException {
        return new GZIPOutputStream(file, CHUNK) {
            {
                def.setLevel(level);
            }
        };
    }

    private static final class Deflated extends DeflaterOutputStream {
        Deflated(OutputStream out, Deflater deflater) {
            super(out, deflater, CHUNK);
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                def.end();
            }
        }
    }
}
