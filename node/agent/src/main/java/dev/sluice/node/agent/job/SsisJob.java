package dev.sluice.node.agent.job;

import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.ProblemException;

/// A package of SSIS: this version has no runtime for it and says so, by the package's name.
final class SsisJob {
    private SsisJob() {}

    static ProblemException refused(JobDocuments documents) {
        Settings location = documents.properties().section("packageLocation");
        return ActivityFaults.NO_SSIS
                .problem()
                .at(location.pointer())
                .evidence("package", location.text("packagePath").orElse("of the activity"))
                .exception();
    }
}
