package dev.sluice.node.app;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.node.tools.FolderLock;
import dev.sluice.node.tools.Move;
import dev.sluice.node.tools.NodeConfiguration;
import dev.sluice.node.tools.NodeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "certificate",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Moves the node to another machine: its key and certificates as password-protected PKCS#12, which openssl reads"
                    + " too. Stop the node first.",
            "To look at certificates of others: sluice certificate verify."
        },
        footer = {
            "",
            "Example:",
            "  old machine:  sluice node certificate export loader-1.p12 --password-file pw.txt --move",
            "  new machine:  sluice node certificate import loader-1.p12 --password-file pw.txt",
            "                sluice node start"
        })
final class CertificateMoveCommand implements Runnable {
    private static final String PASSWORD_VARIABLE = "SLUICE_PKCS12_PASSWORD";
    private static final int SHORTEST = 8;
    private static final long MAX_FILE = 10_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// Where the password comes from; never the command line.
    static final class PasswordOption {
        @Option(
                names = "--password-file",
                paramLabel = "FILE",
                description = "A file that holds the password (or the variable SLUICE_PKCS12_PASSWORD).")
        private @Nullable Path file;

        char[] password() {
            String text = System.getenv().getOrDefault(PASSWORD_VARIABLE, "");
            if (file != null) {
                try {
                    if (Files.size(file) > MAX_FILE) {
                        throw new IOException("it is larger than a password can be");
                    }
                    text = Files.readString(file).strip();
                } catch (IOException e) {
                    throw DocumentFaults.FILE_UNREADABLE
                            .problem()
                            .evidence("path", file)
                            .evidence("detail", e.getClass().getSimpleName() + " " + e.getMessage())
                            .from(e)
                            .exception();
                }
            }
            if (text.length() < SHORTEST) {
                throw new IllegalArgumentException("a password of at least " + SHORTEST
                        + " characters is needed: give --password-file FILE or the variable " + PASSWORD_VARIABLE);
            }
            return text.toCharArray();
        }
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Writes FILE (PKCS#12) and FILE.json (the registration, no secret).")
    int export(
            @Mixin DataOption data,
            @Mixin PasswordOption password,
            @Parameters(paramLabel = "FILE", description = "The file to write.") Path file,
            @Option(
                            names = "--move",
                            description =
                                    "End the node here: it must not run on two machines. Without it this is a backup.")
                    boolean move)
            throws IOException {
        NodeFolder folder = data.folder();
        try (FolderLock lock = folder.lock()) {
            NodeConfiguration node = new Move(folder, InstantSource.system()).write(file, password.password(), move);
            spec.commandLine()
                    .getOut()
                    .println("exported node " + node.nodeName() + " to " + file + " and " + Move.registrationOf(file)
                            + (move ? "; it is no longer registered here" : "; start it on one machine only"));
            return 0;
        }
    }

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = "Makes this machine the node that was exported; FILE.json must lie beside FILE.")
    int restore(
            @Mixin DataOption data,
            @Mixin PasswordOption password,
            @Parameters(paramLabel = "FILE", description = "The exported file.") Path file)
            throws IOException {
        NodeFolder folder = data.folder();
        try (FolderLock lock = folder.lock()) {
            NodeConfiguration node = new Move(folder, InstantSource.system()).read(file, password.password());
            spec.commandLine()
                    .getOut()
                    .println("imported node " + node.nodeName() + "; start it with: sluice node start --data "
                            + folder.root());
            return 0;
        }
    }
}
