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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Reads the outline of an `.ispac` archive in the memory of its largest package: parts are unpacked one at a time.
/// What is protected by a password is left out and named, since a catalog keeps projects as they are.
public final class OutlineReader {
    private static final String MANIFEST = "@Project.manifest";

    private final Limits limits;

    public OutlineReader(Limits limits) {
        this.limits = limits;
    }

    /// Reads an archive.
    ///
    /// @param name for messages
    /// @throws ProblemException located, for a damaged archive, a part that is no package, and what is beyond a
    ///     limit
    public ProjectOutline read(Path archive, String name) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            if (zip.size() > limits.parts()) {
                throw SsisFaults.LIMIT_EXCEEDED.with(
                        "file", name, "what", "number of parts", "value", zip.size(), "limit", limits.parts());
            }
            return new Opened(zip, name).outline();
        } catch (ZipException e) {
            throw invalid(name, "it is no zip archive, or damaged (" + e.getMessage() + ")");
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

    /// An archive that is open.
    private final class Opened {
        private final ZipFile zip;
        private final String file;
        private final Map<String, ZipEntry> entries = new HashMap<>();
        private final PackageReader packages = new PackageReader(PackagePassword.NONE, limits);
        private final List<Problem> problems = new ArrayList<>();
        private long left = limits.archiveBytes();

        Opened(ZipFile zip, String file) {
            this.zip = zip;
            this.file = file;
            zip.stream().filter(e -> !e.isDirectory()).forEach(e -> entries.put(decoded(e.getName()), e));
        }

        ProjectOutline outline() throws IOException {
            if (!entries.containsKey(MANIFEST)) {
                throw invalid(file, "it has no " + MANIFEST);
            }
            Element manifest = xml(MANIFEST);
            PropertyBag properties =
                    manifest.child("Properties").map(PropertyBag::of).orElse(PropertyBag.EMPTY);
            List<Parameter> parameters =
                    entries.containsKey("Project.params") ? ParametersReader.read(xml("Project.params")) : List.of();
            List<String> connections = new ArrayList<>();
            for (Element e : manifest.things("ConnectionManager", "ConnectionManagers")) {
                String part = e.attribute("Name", "");
                connections.add(packages.connection(bytes(part), part, problems).name());
            }
            List<ProjectOutline.PackageOutline> all = new ArrayList<>();
            for (Element e : manifest.things("Package", "Packages")) {
                all.add(one(
                        e.attribute("Name", ""), e.attribute("EntryPoint", "0").equals("1")));
            }
            return new ProjectOutline(
                    properties.text("Name", file.replaceFirst("\\.[^.]*$", "")),
                    properties.text("VersionMajor", "1") + "." + properties.text("VersionMinor", "0") + "."
                            + properties.text("VersionBuild", "0"),
                    properties.text("Description", ""),
                    ProtectionLevel.of(manifest.attribute("ProtectionLevel", "")),
                    parameters,
                    connections,
                    all,
                    problems);
        }

        private ProjectOutline.PackageOutline one(String name, boolean entryPoint) throws IOException {
            SsisPackage read = packages.read(bytes(name), name);
            problems.addAll(read.problems());
            return new ProjectOutline.PackageOutline(
                    name,
                    read.root().id(),
                    read.root().properties().text("Description", ""),
                    read.formatVersion(),
                    entryPoint,
                    read.parameters(),
                    read.connectionManagers().stream()
                            .map(ConnectionManager::name)
                            .toList());
        }

        private Element xml(String part) throws IOException {
            String place = file + "/" + part;
            Protection protection = new Protection(place, PackagePassword.NONE, limits);
            Element root = protection.opened(XmlReader.read(bytes(part), place, limits));
            problems.addAll(protection.problems());
            return root;
        }

        /// A part; sizes are counted as they are unpacked, not as the archive claims them.
        private byte[] bytes(String part) throws IOException {
            ZipEntry entry = entries.get(part);
            if (entry == null) {
                throw invalid(file, "its manifest lists '" + part + "', which is not in it");
            }
            long most = Math.min(left, limits.bytes());
            byte[] bytes;
            try (InputStream in = zip.getInputStream(entry)) {
                bytes = in.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 16));
            }
            left -= bytes.length;
            if (bytes.length > most) {
                throw SsisFaults.LIMIT_EXCEEDED.with(
                        "file",
                        file + "/" + part,
                        "what",
                        "unpacked size in bytes",
                        "value",
                        "more",
                        "limit",
                        Math.min(limits.archiveBytes(), limits.bytes()));
            }
            return bytes;
        }

        private static String decoded(String name) {
            try {
                return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return name;
            }
        }
    }
}
