package dev.sluice.node.tools.update;

import dev.sluice.diagnosis.UpdateFaults;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Makes a [Bundle] of what a node needs of an installation: the jars that the host and its workers name, and their
/// start-up caches.
public final class BundleMaker {
    private static final String HOST = "sluice-node-app-";
    private static final String STORES = "sluice-data-stores-";
    private static final String MAIN = "dev.sluice.node.app.NodeMain";

    private BundleMaker() {}

    /// @param lib the folder of jars
    /// @param aot the folder of start-up caches; need not exist
    /// @param flags of the host's JVM
    /// @param key file of the private key
    /// @return the manifest of what was written to `out`
    public static BundleManifest make(
            Path lib, Path aot, String version, int java, List<String> flags, Path key, Path out) throws IOException {
        if (!Bundle.isVersion(version)) {
            throw new IllegalArgumentException("--version must be letters, digits and any of . + - _");
        }
        var signer = UpdateKeys.privateKey(key);
        List<Path> sources = new ArrayList<>();
        List<BundleFile> files = new ArrayList<>();
        String host = "";
        for (String jar : jars(lib)) {
            add(lib.resolve(jar), "lib/" + jar, sources, files);
            host = jar.startsWith(HOST) ? "lib/" + jar : host;
        }
        for (String cache : List.of("node.aot", "worker.aot")) {
            if (Files.isRegularFile(aot.resolve(cache))) {
                add(aot.resolve(cache), "aot/" + cache, sources, files);
            }
        }
        BundleManifest manifest = new BundleManifest(BundleManifest.FORMAT, version, java, flags, host, MAIN, files);
        byte[] text = Wire.encode(manifest);
        try (OutputStream raw = Files.newOutputStream(out);
                ZipOutputStream zip = new ZipOutputStream(raw)) {
            zip.setLevel(Deflater.BEST_SPEED);
            put(zip, Bundle.MANIFEST, text);
            put(zip, Bundle.SIGNATURE, UpdateKeys.sign(text, signer));
            for (int i = 0; i < files.size(); i++) {
                zip.putNextEntry(entry(files.get(i), sources.get(i)));
                Files.copy(sources.get(i), zip);
                zip.closeEntry();
            }
        }
        return manifest;
    }

    private static void add(Path source, String path, List<Path> sources, List<BundleFile> files) throws IOException {
        sources.add(source);
        files.add(new BundleFile(
                path,
                Files.size(source),
                Bundle.sha256(source),
                Files.getLastModifiedTime(source).toMillis()));
    }

    /// Jars are compressed already, and stored as they are.
    private static ZipEntry entry(BundleFile file, Path source) throws IOException {
        ZipEntry entry = new ZipEntry(file.path());
        if (file.path().endsWith(".jar")) {
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(file.size());
            entry.setCrc(crc(source));
        }
        return entry;
    }

    private static long crc(Path file) throws IOException {
        CRC32 crc = new CRC32();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                crc.update(buffer, 0, n);
            }
        }
        return crc.getValue();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    /// The jars of host and workers, and those that their manifests name.
    private static Set<String> jars(Path lib) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        for (String start : List.of(HOST, STORES)) {
            String jar;
            try (Stream<Path> all = Files.list(lib)) {
                jar = all.map(p -> String.valueOf(p.getFileName()))
                        .filter(n -> n.startsWith(start) && n.endsWith(".jar"))
                        .findFirst()
                        .orElseThrow(() -> UpdateFaults.BUNDLE_DAMAGED.with(
                                "path", lib, "detail", "there is no " + start + "*.jar in the folder"));
            }
            reach(lib, jar, found);
        }
        return found;
    }

    private static void reach(Path lib, String jar, Set<String> found) throws IOException {
        if (!Files.isRegularFile(lib.resolve(jar)) || !found.add(jar)) {
            return;
        }
        try (JarFile file = new JarFile(lib.resolve(jar).toFile())) {
            var manifest = file.getManifest();
            String path = manifest == null ? null : manifest.getMainAttributes().getValue("Class-Path");
            for (String next : path == null ? new String[0] : path.split(" ")) {
                reach(lib, next, found);
            }
        }
    }
}
