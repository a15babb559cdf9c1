package dev.sluice.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// Commands that are programs of their own. The launcher script starts them directly; here they are listed in the help
/// and handed on.
abstract sealed class RoutedCommand implements Callable<Integer> {
    @Unmatched
    private List<String> rest = new ArrayList<>();

    private final String name;

    RoutedCommand(String name) {
        this.name = name;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> args = new ArrayList<>(List.of(name));
        args.addAll(rest);
        return Launcher.process(args).inheritIO().start().waitFor();
    }

    @Command(name = "demo", description = "Moves real data through service, node and copy engine, and verifies it.")
    static final class Demo extends RoutedCommand {
        Demo() {
            super("demo");
        }
    }

    @Command(name = "run", description = "Runs a pipeline of a Git-style folder in this process, offline.")
    static final class Run extends RoutedCommand {

        Run() {
            super("run");
        }
    }

    @Command(name = "validate", description = "Checks a Git folder, an ARM template or a document, offline.")
    static final class Validate extends RoutedCommand {
        Validate() {
            super("validate");
        }
    }

    @Command(name = "test", description = "Runs the unit tests of a factory's pipelines, offline.")
    static final class Test extends RoutedCommand {
        Test() {
            super("test");
        }
    }

    @Command(name = "deploy", description = "Brings a Git folder or an ARM template into a service's factory.")
    static final class Deploy extends RoutedCommand {
        Deploy() {
            super("deploy");
        }
    }

    @Command(name = "export", description = "Writes a factory as a Git folder or an ARM template.")
    static final class Export extends RoutedCommand {
        Export() {
            super("export");
        }
    }

    @Command(name = "expression", description = "Evaluates and checks expressions: eval, check.")
    static final class Expression extends RoutedCommand {
        Expression() {
            super("expression");
        }
    }

    @Command(name = "ssis", description = "SSIS packages: run, assess; a catalog of them: deploy, execute.")
    static final class Ssis extends RoutedCommand {
        Ssis() {
            super("ssis");
        }
    }

    @Command(name = "service", description = "The service (control plane): start.")
    static final class Service extends RoutedCommand {
        Service() {
            super("service");
        }
    }

    @Command(name = "node", description = "A self-hosted node: register, start, status, logs, unregister.")
    static final class Node extends RoutedCommand {
        Node() {
            super("node");
        }
    }

    @Command(name = "diagnose", description = "Finds out what is wrong in the network: trace.")
    static final class Diagnose extends RoutedCommand {
        Diagnose() {
            super("diagnose");
        }
    }

    @Command(name = "certificate", description = "Looks at certificates, of servers and in files: verify.")
    static final class Certificate extends RoutedCommand {
        Certificate() {
            super("certificate");
        }
    }

    @Command(name = "copy", description = "Copies files or tables without a pipeline, offline.")
    static final class Copy extends RoutedCommand {
        Copy() {
            super("copy");
        }
    }

    @Command(name = "driver", description = "JDBC drivers that are not shipped: add, list, remove.")
    static final class Driver extends RoutedCommand {
        Driver() {
            super("driver");
        }
    }

    @Command(name = "preview", description = "Shows the first rows of a file, a table or a dataset, offline.")
    static final class Preview extends RoutedCommand {
        Preview() {
            super("preview");
        }
    }

    @Command(
            name = "test-connection",
            description = "Finds out whether a folder's linked service leads to its store, offline.")
    static final class TestConnection extends RoutedCommand {
        TestConnection() {
            super("test-connection");
        }
    }

    @Command(name = "verify", description = "Compares what a copy wrote with the manifest that it kept, offline.")
    static final class Verify extends RoutedCommand {
        Verify() {
            super("verify");
        }
    }

    @Command(name = "schema", description = "Shows the columns of a file, a table or a dataset, offline.")
    static final class Schema extends RoutedCommand {
        Schema() {
            super("schema");
        }
    }
}
