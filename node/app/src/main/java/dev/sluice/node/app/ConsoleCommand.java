package dev.sluice.node.app;

import dev.sluice.node.tools.HostRequests;
import dev.sluice.node.tools.HostSettings;
import dev.sluice.node.tools.NodeFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "console",
        mixinStandardHelpOptions = true,
        description = {
            "Opens the node's console, pages for a browser on this machine, and prints its address and its PIN: state,"
                    + " settings, connection tests, logs, the network, updates.",
            "The running node serves it, on the loopback address only, until nobody has used it for half an hour. When"
                    + " the node does not run, or is not registered yet, this command serves it: a node can be registered"
                    + " and started there."
        },
        footer = {
            "",
            "Examples:",
            "  sluice node console",
            "  sluice node console --console-port 9000 --browse",
            "  sluice node console --close                    closes it; nobody can open it from then on",
            "  sluice node console --open                     allows it again, and opens it",
            "From another machine: ssh -L 8470:localhost:8470 HOST, then http://localhost:8470/"
        })
final class ConsoleCommand implements Callable<Integer> {
    private static final long ANSWER_MILLIS = 30_000;

    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Where it listens (default: 8470, or any free port when that is taken).")
    private int port;

    @Option(names = "--close", description = "Close it, and do not let it be opened.")
    private boolean close;

    @Option(names = "--open", description = "Let it be opened again.")
    private boolean open;

    @Option(names = "--browse", description = "Show it in the browser of this desktop (xdg-open).")
    private boolean browse;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (close && open) {
            throw new IllegalArgumentException("--close and --open exclude each other");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("--console-port " + port + " is no port");
        }
        NodeFolder folder = data.folder();
        PrintWriter out = spec.commandLine().getOut();
        HostSettings set = folder.settings();
        if (close) {
            folder.settings(set.withConsole(true, set.consolePort()));
            out.println("the console is closed; 'sluice node console --open' opens it");
            return 0;
        }
        if (open) {
            folder.settings(set.withConsole(false, set.consolePort()));
        }
        if (folder.holder().isPresent()) {
            HostRequests requests = folder.requests(InstantSource.system());
            show(
                    requests.ask(HostControl.CONSOLE, Map.of("port", Integer.toString(port)), ANSWER_MILLIS)
                            .getOrDefault("url", ""),
                    folder,
                    out);
            return 0;
        }
        Console console = new Console(folder, null);
        show(console.open(port), folder, out);
        out.println("The node does not run: this command serves the console, until Ctrl-C.");
        out.flush();
        console.awaitClosed();
        return 0;
    }

    private void show(String url, NodeFolder folder, PrintWriter out) throws IOException {
        out.println("console " + url);
        out.println("PIN     " + Console.pin(folder).text());
        out.flush();
        if (browse) {
            // The address only: what stands on a command line can be seen by every user of the machine.
            new ProcessBuilder("xdg-open", url).inheritIO().start();
        }
    }
}
