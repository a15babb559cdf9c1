package dev.sluice.local.ssis;

import picocli.CommandLine.Command;

/// `sluice ssis`.
@Command(
        name = "sluice ssis",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "SSIS packages in this process, without a service: run one, or find out beforehand what would run.",
        subcommands = {RunPackageCommand.class, AssessCommand.class})
public final class SsisCommand {}
