package dev.sluice.node.app;

import dev.sluice.node.agent.job.OwnersRules;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// What the owner of the node lets pipelines do on it.
final class OwnersOptions {
    @Option(
            names = "--allow-commands",
            defaultValue = "${env:SLUICE_ALLOW_COMMANDS:-false}",
            description =
                    "Lets Custom activities run commands on this machine, and SSIS packages programs and scripts, as the"
                            + " node's own user (default: no; also SLUICE_ALLOW_COMMANDS).")
    private boolean commands;

    @Option(
            names = "--http-hosts",
            paramLabel = "HOSTS",
            defaultValue = "${env:SLUICE_HTTP_HOSTS:-}",
            description = "Hosts that web activities may call, separated by commas; *.example.com for all below one"
                    + " (default: every host; also SLUICE_HTTP_HOSTS).")
    private String hosts = "";

    @Option(
            names = "--ssis-paths",
            paramLabel = "PREFIX=FOLDER;…",
            defaultValue = "${env:SLUICE_SSIS_PATHS:-}",
            description = "Where paths that SSIS packages name are on this machine, e.g."
                    + " 'D:\\feeds=/data/feeds;\\\\server\\share=/mnt/share' (also SLUICE_SSIS_PATHS).")
    private String paths = "";

    /// As flags of the worker processes.
    List<String> flags() {
        List<String> flags = new ArrayList<>();
        if (commands) {
            flags.add("-D" + OwnersRules.COMMANDS + "=true");
        }
        if (!hosts.isBlank()) {
            flags.add("-D" + OwnersRules.HOSTS + "=" + hosts.strip());
        }
        if (!paths.isBlank()) {
            flags.add("-D" + OwnersRules.PATHS + "=" + paths.strip());
        }
        return flags;
    }
}
