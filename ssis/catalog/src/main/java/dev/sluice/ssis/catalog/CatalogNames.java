package dev.sluice.ssis.catalog;

import dev.sluice.diagnosis.SsisCatalogFaults;

/// Names of folders, projects, environments and variables: SSISDB's rules.
public final class CatalogNames {
    private static final int LONGEST = 128;
    private static final String FORBIDDEN = "<>:\"/\\|?*";

    private CatalogNames() {}

    /// The name itself.
    ///
    /// @param what `folder`, `project` …, for messages
    /// @throws dev.sluice.diagnosis.ProblemException when it is none
    public static String checked(String what, String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            throw invalid(what, name, "it has " + name.length() + " characters; 1 to " + LONGEST + " are allowed");
        }
        if (!name.equals(name.strip())) {
            throw invalid(what, name, "it begins or ends with a blank");
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i)) || FORBIDDEN.indexOf(name.charAt(i)) >= 0) {
                throw invalid(what, name, "its character " + (i + 1) + " is not allowed in a name");
            }
        }
        return name;
    }

    private static RuntimeException invalid(String what, String name, String detail) {
        return SsisCatalogFaults.NAME_INVALID.with("what", what, "name", name, "detail", detail);
    }
}
