package dev.sluice.ssis.packages;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Reads `.ispac` archives: a zip with a manifest, parameters, connection managers and packages. Nothing is unpacked to
/// disk; sizes are counted as they are unpacked, not as the archive claims them.
public final class ProjectReader {
    private static final String MANIFEST = "@Project.manifest";

    private final PackagePassword password;
    private final Limits limits;

    public ProjectReader(PackagePassword password, Limits limits) {
        this.password = password;
        this.limits = limits;
    }

    /// Reads an archive.
    ///
    /// @throws ProblemException located, for what [PackageReader#read] refuses and for a damaged archive
    public SsisProject read(Path archive) throws IOException {
        String file = archive.getFileName().toString();
        Map<String, byte[]> parts = parts(archive, file);
        byte[] manifestBytes = parts.get(MANIFEST);
        if (manifestBytes == null) {
            throw invalid(file, "it has no " + MANIFEST);
        }
        Protection protection = new Protection(file + "/" + MANIFEST, password, limits);
        Element manifest = protection.opened(XmlReader.read(manifestBytes, file + "/" + MANIFEST, limits));
        List<Problem> problems = new ArrayList<>(protection.problems());
        PropertyBag properties =
                manifest.child("Properties").map(PropertyBag::of).orElse(PropertyBag.EMPTY);
        List<Element> listed = manifest.things("Package", "Packages");
        return new SsisProject(
                properties.text("Name", file.replaceFirst("\\.[^.]*$", "")),
                version(properties),
                ProtectionLevel.of(manifest.attribute("ProtectionLevel", "")),
                parameters(parts, file, problems),
                connections(manifest, parts, file, problems),
                listed.stream()
                        .map(p -> packageOf(p.attribute("Name", ""), parts, file))
                        .toList(),
                listed.stream()
                        .filter(p -> p.attribute("EntryPoint", "0").equals("1"))
                        .map(p -> p.attribute("Name", ""))
                        .toList(),
                problems);
    }

    private static String version(PropertyBag properties) {
        return properties.text("VersionMajor", "1") + "." + properties.text("VersionMinor", "0") + "."
                + properties.text("VersionBuild", "0");
    }

    private SsisPackage packageOf(String name, Map<String, byte[]> parts, String file) {
        return new PackageReader(password, limits).read(part(name, parts, file), name);
    }

    private List<Parameter> parameters(Map<String, byte[]> parts, String file, List<Problem> problems) {
        byte[] bytes = parts.get("Project.params");
        if (bytes == null) {
            return List.of();
        }
        Protection protection = new Protection(file + "/Project.params", password, limits);
        Element root = protection.opened(XmlReader.read(bytes, file + "/Project.params", limits));
        problems.addAll(protection.problems());
        return ParametersReader.read(root);
    }

    private List<ConnectionManager> connections(
            Element manifest, Map<String, byte[]> parts, String file, List<Problem> problems) {
        List<ConnectionManager> connections = new ArrayList<>();
        for (Element e : manifest.things("ConnectionManager", "ConnectionManagers")) {
            String name = e.attribute("Name", "");
            connections.add(new PackageReader(password, limits).connection(part(name, parts, file), name, problems));
        }
        return connections;
    }

    private static byte[] part(String name, Map<String, byte[]> parts, String file) {
        byte[] bytes = parts.get(name);
        if (bytes == null) {
            throw invalid(file, "its manifest lists '" + name + "', which is not in it");
        }
        return bytes;
    }

    /// All parts by their plain names; in the zip they are percent-encoded.
    private Map<String, byte[]> parts(Path archive, String file) throws IOException {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            if (zip.size() > limits.parts()) {
                throw SsisFaults.LIMIT_EXCEEDED.with(
                        "file", file, "what", "number of parts", "value", zip.size(), "limit", limits.parts());
            }
            long left = limits.archiveBytes();
            for (ZipEntry entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
                byte[] bytes;
                try (InputStream in = zip.getInputStream(entry)) {
                    bytes = in.readNBytes((int) Math.min(left, limits.bytes()) + 1);
                }
                left -= bytes.length;
                if (left < 0 || bytes.length > limits.bytes()) {
                    throw SsisFaults.LIMIT_EXCEEDED.with(
                            "file",
                            file,
                            "what",
                            "unpacked size in bytes",
                            "value",
                            "more",
                            "limit",
                            Math.min(limits.archiveBytes(), limits.bytes()));
                }
                parts.put(decoded(entry.getName()), bytes);
            }
        } catch (ZipException e) {
            throw invalid(file, "it is no zip archive, or damaged (" + e.getMessage() + ")");
        }
        return parts;
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    private static ProblemException invalid(String file, String detail) {
        return SsisFaults.ARCHIVE_INVALID
                .problem()
                .at(file)
                .evidence("file", file)
                .evidence("detail", detail)
                .exception();
    }
}
