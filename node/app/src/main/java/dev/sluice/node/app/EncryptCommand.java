package dev.sluice.node.app;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.secrets.Envelope;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.secrets.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "encrypt",
        mixinStandardHelpOptions = true,
        description = {
            "Seals the secrets of a linked service on this machine, so that they leave it in envelopes only, and prints the"
                    + " document. Asks nobody: neither the service nor a running node is needed.",
            "Save what it prints: 'sluice linked-service create -f FACTORY -n NAME --properties @FILE'. The envelope is for"
                    + " this node; it seals it to the other nodes of its runtime by itself, within seconds."
        })
final class EncryptCommand implements Callable<Integer> {
    private static final int MOST_BYTES = 4 << 20;

    @Parameters(paramLabel = "FILE", description = "The linked service as JSON; '-' for standard input.")
    private String file = "-";

    @Mixin
    private DataOption data = new DataOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        NodeFolder folder = data.folder();
        folder.configuration();
        X509Certificate own = NodeKeys.load(folder.keys()).identity().certificate();
        ObjectNode document = Json.parseObject(read());
        List<Problem> unfit = SecretPlaces.unsealable(document);
        if (!unfit.isEmpty()) {
            throw new ProblemException(unfit.getFirst());
        }
        int secrets = SecretPlaces.find(document).size();
        if (secrets == 0) {
            throw new IllegalArgumentException("there is no secret in the clear in " + file
                    + ": give it as {\"type\": \"SecureString\", \"value\": \"…\"}");
        }
        ObjectNode sealed = SecretPlaces.seal(document, text -> {
            try (Secret secret = Secret.of(text)) {
                return Envelope.seal(secret, List.of(own));
            }
        });
        spec.commandLine().getOut().println(Json.write(sealed));
        spec.commandLine()
                .getErr()
                .println(secrets + " sealed to " + own.getSubjectX500Principal().getName());
        return 0;
    }

    private String read() throws IOException {
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IllegalArgumentException(file + " is larger than " + (MOST_BYTES >> 20) + " MiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
