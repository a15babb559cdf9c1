package dev.sluice.node.agent.job;

import dev.sluice.data.spi.Settings;
import dev.sluice.ssis.packages.Limits;
import dev.sluice.ssis.packages.PackagePassword;
import dev.sluice.ssis.packages.PackageReader;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipInputStream;

/// Packages that an activity carries in itself (InlinePackage): XML, or base64 of XML, compressed in whichever of the
/// usual forms. What it unpacks to is limited.
final class EmbeddedPackages {
    private static final long MOST_BYTES = Limits.DEFAULT.bytes();
    private static final int MOST_CHILDREN = 1_000;

    private EmbeddedPackages() {}

    /// The package itself first, then those it calls, by their names.
    static Map<String, SsisPackage> read(Settings details, PackagePassword password) {
        PackageReader reader = new PackageReader(password, Limits.DEFAULT);
        Map<String, SsisPackage> all = new LinkedHashMap<>();
        String name = SsisJob.text(details, "packageName");
        String first = name.isEmpty() ? "Package" : name;
        all.put(first, reader.read(content(SsisJob.text(details, "packageContent"), first), file(first)));
        List<?> children = details.list("childPackages");
        if (children.size() > MOST_CHILDREN) {
            throw details.wrong("childPackages", children.size() + " packages", "at most " + MOST_CHILDREN);
        }
        for (int i = 0; i < children.size(); i++) {
            if (!(children.get(i) instanceof Map<?, ?> members)) {
                throw details.wrong("childPackages", "an item", "objects of packagePath and packageContent");
            }
            String path = String.valueOf(members.get("packagePath")).replace('\\', '/');
            Object given = members.get("packageName");
            String child = given == null ? path.substring(path.lastIndexOf('/') + 1) : given.toString();
            all.put(child, reader.read(content(String.valueOf(members.get("packageContent")), child), file(child)));
        }
        return all;
    }

    private static String file(String name) {
        return name.endsWith(".dtsx") ? name : name + ".dtsx";
    }

    static byte[] content(String text, String name) {
        String plain = text.strip();
        if (plain.isEmpty()) {
            throw SsisJob.invalid(name, "it is empty");
        }
        if (plain.startsWith("<") || plain.startsWith("\uFEFF<")) {
            return plain.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return unpacked(Base64.getMimeDecoder().decode(plain), name);
        } catch (IllegalArgumentException | IOException e) {
            throw SsisJob.invalid(name, "it is neither XML nor base64 of compressed XML (" + e.getMessage() + ")");
        }
    }

    private static byte[] unpacked(byte[] bytes, String name) throws IOException {
        if (bytes.length < 4) {
            throw new IOException("too short");
        }
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        if (first == '<' || first == 0xEF || first == 0xFF || first == 0xFE) {
            return bytes;
        }
        if (first == 0x1F && second == 0x8B) {
            return limited(new GZIPInputStream(in), name);
        }
        if (first == 'P' && second == 'K') {
            ZipInputStream zip = new ZipInputStream(in);
            if (zip.getNextEntry() == null) {
                throw new IOException("an archive without entries");
            }
            return limited(zip, name);
        }
        boolean zlib = (first & 0x0F) == 8 && (first << 8 | second) % 31 == 0;
        return limited(new InflaterInputStream(in, new Inflater(!zlib)), name);
    }

    private static byte[] limited(InputStream in, String name) throws IOException {
        try (in) {
            byte[] all = in.readNBytes((int) MOST_BYTES + 1);
            if (all.length > MOST_BYTES) {
                throw SsisJob.invalid(name, "it unpacks to more than " + MOST_BYTES + " bytes");
            }
            return all;
        }
    }
}
