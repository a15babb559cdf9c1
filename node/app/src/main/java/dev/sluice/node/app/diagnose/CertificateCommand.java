package dev.sluice.node.app.diagnose;

import dev.sluice.node.tools.certificate.Inspection;
import dev.sluice.secrets.CertificateFile;
import dev.sluice.secrets.chain.Link;
import dev.sluice.secrets.chain.Lookup;
import dev.sluice.secrets.chain.RevocationPolicy;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Shows a certificate's chain link by link: who issued it, dates, names, key usage, and what the issuer's addresses "
                    + "(AIA), revocation lists (CRL) and responders (OCSP) in it answer. Says what is wrong and what to do.",
            "",
            "  sluice certificate verify db.example.com:1433",
            "  sluice certificate verify node.pfx --password-file pw --host node1.corp.example --key"
        })
final class CertificateCommand implements Callable<Integer> {
    private static final Pattern SERVER =
            Pattern.compile("(?:https://)?(?:\\[([0-9A-Fa-f:.]+)]|([^:/\\[\\]]+)):(\\d{1,5})/?");

    @Parameters(
            paramLabel = "FILE|HOST:PORT",
            description = "A file (PEM, DER, PKCS#12), or a TLS server to connect to; a file of that name wins.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String what;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "The name it must have been issued for (default: HOST; for a file any).")
    private @Nullable String host;

    @Option(names = "--ca", paramLabel = "FILE", description = "Certificates trusted besides those of the JVM.")
    private @Nullable Path authorities;

    @Option(
            names = "--revocation",
            paramLabel = "POLICY",
            defaultValue = "soft",
            description = "When nobody can say whether it was revoked: soft (warn), hard (fail), off (do not ask). "
                    + "Default: ${DEFAULT-VALUE}.")
    private RevocationPolicy revocation = RevocationPolicy.SOFT;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Holds the password of a PKCS#12 file or key.")
    private @Nullable Path passwordFile;

    @Option(names = "--key", description = "A file must hold the private key, fit for a server.")
    private boolean key;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "table or json (default: ${DEFAULT-VALUE}).")
    private Form form = Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Inspection.Result result = inspect();
        PrintWriter out = spec.commandLine().getOut();
        switch (form) {
            case JSON -> out.println(new String(Wire.encode(result), StandardCharsets.UTF_8));
            case TABLE -> table(result, out);
        }
        return result.stands() ? 0 : DiagnoseMain.NOT_IN_ORDER;
    }

    private Inspection.Result inspect() throws IOException {
        List<X509Certificate> trusted = authorities == null
                ? List.of()
                : CertificateFile.read(authorities, new char[0]).certificates();
        Inspection inspection = new Inspection(trusted, revocation, InstantSource.system());
        Matcher server = SERVER.matcher(what);
        if (!Files.exists(Path.of(what)) && server.matches()) {
            String to = server.group(1) == null ? server.group(2) : server.group(1);
            int port = Integer.parseInt(server.group(3));
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
            }
            return inspection.server(to, port, host);
        }
        char[] password = passwordFile == null
                ? new char[0]
                : Files.readString(passwordFile).strip().toCharArray();
        return inspection.file(Path.of(what), password, host, key);
    }

    private static void table(Inspection.Result result, PrintWriter out) {
        if (!result.protocol().isEmpty()) {
            out.println("connected by " + result.protocol() + ", " + result.cipher());
        }
        for (int i = 0; i < result.links().size(); i++) {
            link(i, result.links().get(i), out);
        }
        out.println(
                result.anchored()
                        ? "The chain ends at a certificate that is trusted here."
                        : "The chain ends untrusted.");
        findings("warning", result.warnings(), out);
        findings("error", result.problems(), out);
        out.println();
        out.println(result.stands() ? "Valid." : "Not valid.");
    }

    private static void link(int number, Link l, PrintWriter out) {
        out.printf("%d  %s%n", number, l.subject());
        line(out, "issued by", l.issuer());
        line(out, "valid", l.notBefore() + " to " + l.notAfter());
        line(out, "key", l.key() + ", signed with " + l.signature());
        line(out, "names", String.join(", ", l.names()));
        line(out, "key usage", String.join(", ", l.usages()));
        line(out, "SHA-256", l.fingerprint());
        line(out, "from", l.origin());
        for (Lookup lookup : l.lookups()) {
            line(out, lookup.kind().name(), lookup.address() + ": " + lookup.outcome() + ", " + lookup.detail());
        }
    }

    private static void line(PrintWriter out, String label, String value) {
        if (!value.isEmpty()) {
            out.printf("   %-10s %s%n", label, value);
        }
    }

    private static void findings(String kind, List<Inspection.Found> found, PrintWriter out) {
        for (Inspection.Found f : found) {
            out.printf("%n%s: %s: %s%n", kind, f.code(), f.cause());
            f.resolution().forEach(step -> out.println("  → " + step));
        }
    }
}
