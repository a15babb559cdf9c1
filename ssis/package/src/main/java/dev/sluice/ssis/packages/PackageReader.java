package dev.sluice.ssis.packages;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import java.util.List;

/// Reads packages. Immutable and thread-safe; one reader for any number of files.
public final class PackageReader {
    /// Newest format version; later products have kept it.
    private static final int NEWEST = 8;

    private final PackagePassword password;
    private final Limits limits;

    public PackageReader(PackagePassword password, Limits limits) {
        this.password = password;
        this.limits = limits;
    }

    /// Reads a `.dtsx`.
    ///
    /// @param file name for messages, and the package's name where it has none
    /// @throws ProblemException located, when it is no package, is damaged, is newer than what can be read, or the
    ///     password is wrong
    public SsisPackage read(byte[] bytes, String file) {
        Protection protection = new Protection(file, password, limits);
        Element sealed = XmlReader.read(bytes, file, limits);
        refuseUserKey(sealed, file);
        Element root = protection.opened(sealed);
        if (!root.name().equals("Executable")) {
            throw notPackage(file, "its first element is <" + root.name() + ">, not <DTS:Executable>");
        }
        PropertyBag bag = PropertyBag.of(root);
        int version = (int) bag.number("PackageFormatVersion")
                .orElseThrow(() -> notPackage(file, "it has no PackageFormatVersion"));
        if (version > NEWEST) {
            throw SsisFaults.VERSION_NEWER
                    .problem()
                    .at(file)
                    .evidence("file", file)
                    .evidence("version", version)
                    .evidence("supported", NEWEST)
                    .evidence("ssisCode", "0xC0011002")
                    .exception();
        }
        return new SsisPackage(
                file,
                version,
                bag.text("LastModifiedProductVersion", ""),
                ProtectionLevel.of(bag.text("ProtectionLevel", "1")),
                ExecutableReader.read(root, ""),
                root.things("ConnectionManager", "ConnectionManagers").stream()
                        .map(e -> ConnectionReader.read(e, false))
                        .toList(),
                root.things("PackageParameter", "PackageParameters").stream()
                        .map(PackageReader::parameter)
                        .toList(),
                root.things("Configuration", "Configurations").stream()
                        .map(PackageReader::configuration)
                        .toList(),
                root.things("LogProvider", "LogProviders").stream()
                        .map(PackageReader::logProvider)
                        .toList(),
                protection.problems());
    }

    /// A package that a Windows user's key encrypts as a whole begins as CryptoAPI's own blob.
    private static void refuseUserKey(Element root, String file) {
        String text = root.all()
                .map(Element::text)
                .filter(t -> !t.isBlank())
                .findFirst()
                .orElse("");
        boolean dataProtection = text.strip().startsWith("AQAAANCMnd8B");
        if (root.name().equals("EncryptedData") && dataProtection) {
            throw SsisFaults.USER_KEY
                    .problem()
                    .at(file)
                    .evidence("object", "The whole content")
                    .evidence("file", file)
                    .evidence("ssisCode", "0x8009000B")
                    .exception();
        }
    }

    /// Reads a project's `.conmgr`.
    public ConnectionManager connection(byte[] bytes, String file, List<dev.sluice.diagnosis.Problem> problems) {
        Protection protection = new Protection(file, password, limits);
        Element root = protection.opened(XmlReader.read(bytes, file, limits));
        if (!root.name().equals("ConnectionManager")) {
            throw notPackage(file, "its first element is <" + root.name() + ">, not <DTS:ConnectionManager>");
        }
        problems.addAll(protection.problems());
        return ConnectionReader.read(root, true);
    }

    private static Parameter parameter(Element e) {
        PropertyBag bag = PropertyBag.of(e);
        return new Parameter(
                bag.text("ObjectName", ""),
                bag.text("DTSID", ""),
                VariantType.ofVariant(bag.number("DataType", 8)),
                bag.text("ParameterValue").orElse(null),
                bag.flag("Required", false),
                bag.flag("Sensitive", false),
                bag.text("Description", ""));
    }

    private static Configuration configuration(Element e) {
        PropertyBag bag = PropertyBag.of(e);
        return new Configuration(
                bag.text("ObjectName", ""),
                bag.number("ConfigurationType", 0),
                bag.text("ConfigurationString", ""),
                bag.text("ConfigurationVariable", ""));
    }

    private static LogProvider logProvider(Element e) {
        PropertyBag bag = PropertyBag.of(e);
        String connection = bag.text("ConfigString", "");
        if (connection.isEmpty()) {
            connection = e.child("ObjectData")
                    .flatMap(d -> d.children().stream().findFirst())
                    .flatMap(inner -> inner.attribute("ConfigString"))
                    .orElse("");
        }
        return new LogProvider(
                bag.text("DTSID", ""), bag.text("ObjectName", ""), bag.text("CreationName", ""), connection);
    }

    private static ProblemException notPackage(String file, String detail) {
        return SsisFaults.NOT_A_PACKAGE
                .problem()
                .at(file)
                .evidence("file", file)
                .evidence("detail", detail)
                .evidence("ssisCode", "0xC0011002")
                .exception();
    }
}
