package dev.sluice.ssis.catalog;

import dev.sluice.diagnosis.SsisCatalogFaults;
import java.util.List;

/// Where a package is in a catalog: `folder/project/package.dtsx`, as `packagePath` of an Execute SSIS Package activity
/// has it.
///
/// @param packageName with `.dtsx`
public record PackagePath(String folder, String project, String packageName) {
    /// @throws dev.sluice.diagnosis.ProblemException when it is no such path
    public static PackagePath of(String text) {
        List<String> parts = List.of(text.strip().replace('\\', '/').split("/", -1));
        if (parts.size() != 3 || parts.stream().anyMatch(String::isBlank)) {
            throw SsisCatalogFaults.PATH_INVALID.with("path", text);
        }
        String name = parts.get(2).toLowerCase(java.util.Locale.ROOT).endsWith(".dtsx")
                ? parts.get(2)
                : parts.get(2) + ".dtsx";
        return new PackagePath(parts.get(0), parts.get(1), name);
    }

    @Override
    public String toString() {
        return folder + "/" + project + "/" + packageName;
    }
}
