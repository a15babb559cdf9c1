package dev.sluice.local.ssis;

import picocli.CommandLine.Command;

/// `sluice ssis`.
@Command(
        name = "sluice ssis",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "SSIS packages in this process, without a service (run, assess), and the catalog of a service: projects"
                    + " are",
            "deployed to it, environments give values to their parameters, packages are executed on its nodes."
        },
        footer = {
            "",
            "A first execution from the catalog:",
            "  sluice ssis deploy Sales.ispac --folder Etl",
            "  sluice ssis environments create Etl/Test",
            "  sluice ssis environments set Etl/Test Rows=10 --type Int32",
            "  sluice ssis references add Etl/Sales Etl/Test",
            "  sluice ssis parameters refer Etl/Sales Rows=Rows",
            "  sluice ssis execute Etl/Sales/Load.dtsx --environment Etl/Test --wait"
        },
        subcommands = {
            RunPackageCommand.class,
            AssessCommand.class,
            DeployProjectCommand.class,
            FolderCommands.class,
            ProjectCommands.class,
            VersionsCommand.class,
            RestoreCommand.class,
            EnvironmentCommands.class,
            ReferenceCommands.class,
            ParameterCommands.class,
            PermissionCommands.class,
            ExecuteCommand.class,
            ExecutionCommands.class,
            MessagesCommand.class,
            PropertiesCommand.class,
            CleanupCommand.class
        })
public final class SsisCommand {}
