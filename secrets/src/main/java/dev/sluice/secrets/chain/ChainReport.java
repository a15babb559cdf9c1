package dev.sluice.secrets.chain;

import dev.sluice.diagnosis.Problem;
import java.util.List;

/// What was found about a chain.
///
/// @param links from the certificate in question up to the last that could be found
/// @param anchored whether the last one is trusted here
/// @param problems why the chain does not stand; empty when it does
/// @param warnings what a person should know although it stands
public record ChainReport(List<Link> links, boolean anchored, List<Problem> problems, List<Problem> warnings) {
    public ChainReport {
        links = List.copyOf(links);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /// Whether a peer may rely on it.
    public boolean stands() {
        return problems.isEmpty();
    }
}
