package dev.sluice.node.tools.certificate;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// An authority with an intermediate one, made by openssl, and what stands around it: a web server with the issuer's
/// certificate and the list of revoked ones, and openssl's own OCSP responder.
final class Zoo implements AutoCloseable {
    private final Path folder;
    private final HttpServer web;
    private final int responderPort;
    private final List<AutoCloseable> open = new ArrayList<>();

    Zoo(Path folder) throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/openssl")),
                "CERTIFICATE TESTS ARE SKIPPED: openssl is not installed");
        this.folder = folder;
        this.web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            responderPort = free.getLocalPort();
        }
        web.createContext("/", exchange -> {
            Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
            byte[] body = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            exchange.sendResponseHeaders(Files.exists(file) ? 200 : 404, body.length == 0 ? -1 : body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        web.start();
        root();
        intermediate();
    }

    private void root() throws IOException, InterruptedException {
        openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -days 3650"
                + " -subj /CN=Zoo-Root -addext basicConstraints=critical,CA:true -addext keyUsage=keyCertSign,cRLSign");
        openssl("x509 -in root.pem -outform DER -out root.crt");
    }

    private void intermediate() throws IOException, InterruptedException {
        issue("inter", "root", "-days 3000", """
                basicConstraints=critical,CA:true,pathlen:0
                keyUsage=keyCertSign,cRLSign
                """);
        openssl("x509 -in inter.pem -outform DER -out inter.crt");
        Files.writeString(folder.resolve("index.txt"), "");
        Files.writeString(folder.resolve("index.txt.attr"), "unique_subject = no\n");
        Files.writeString(folder.resolve("crlnumber"), "01\n");
        Files.writeString(folder.resolve("ca.cnf"), """
                [ca]
                default_ca=zoo
                [zoo]
                database=index.txt
                crlnumber=crlnumber
                default_md=sha256
                default_crl_days=30
                """);
        list();
    }

    /// The list of revoked certificates as it is now.
    void list() throws IOException, InterruptedException {
        openssl("ca -config ca.cnf -gencrl -cert inter.pem -keyfile inter.key -out crl.pem");
        openssl("crl -in crl.pem -outform DER -out inter.crl");
    }

    void revoke(String name) throws IOException, InterruptedException {
        openssl("ca -config ca.cnf -revoke " + name + ".pem -cert inter.pem -keyfile inter.key");
    }

    /// Makes `NAME.pem`, `NAME.key` and `NAME.p12` (password `zoo`), signed by an authority.
    ///
    /// @param dates e.g. `-days 30`, or `-not_before 20200101000000Z -not_after …`
    void issue(String name, String issuer, String dates, String extensions) throws IOException, InterruptedException {
        Files.writeString(folder.resolve(name + ".ext"), extensions);
        openssl("req -newkey rsa:2048 -nodes -keyout " + name + ".key -out " + name + ".csr -subj /CN=Zoo-" + name);
        openssl("x509 -req -in " + name + ".csr -CA " + issuer + ".pem -CAkey " + issuer + ".key -CAcreateserial -out "
                + name + ".pem -extfile " + name + ".ext " + dates);
        openssl("pkcs12 -export -inkey " + name + ".key -in " + name + ".pem -out " + name + ".p12 -passout pass:zoo");
    }

    /// Extensions of a server's certificate; every address in it is answered here.
    String server(String names) {
        return "subjectAltName=" + names + "\nkeyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth\n"
                + "authorityInfoAccess=caIssuers;URI:" + address("inter.crt") + "\n"
                + "crlDistributionPoints=URI:" + address("inter.crl") + "\n";
    }

    String withResponder(String names) {
        return "subjectAltName=" + names + "\nkeyUsage=digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth\n"
                + "authorityInfoAccess=OCSP;URI:http://127.0.0.1:" + responderPort + ",caIssuers;URI:"
                + address("inter.crt") + "\n";
    }

    String address(String file) {
        return "http://127.0.0.1:" + web.getAddress().getPort() + "/" + file;
    }

    /// Registers a certificate with the responder as good.
    void know(String name) throws IOException, InterruptedException {
        openssl("ca -config ca.cnf -valid " + name + ".pem -cert inter.pem -keyfile inter.key");
    }

    /// openssl's OCSP responder, signing with the intermediate authority's key.
    void responder() throws IOException {
        Process p = new ProcessBuilder(("openssl ocsp -index index.txt -port " + responderPort
                                + " -rsigner inter.pem -rkey inter.key -CA inter.pem" + " -ndays 1")
                        .split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        open.add(p::destroyForcibly);
        String line = p.inputReader(StandardCharsets.UTF_8).readLine();
        // By version: "ACCEPT [::]:port PID=…" or "ocsp: waiting for OCSP client connections...".
        if (line == null || !(line.startsWith("ACCEPT") || line.contains("waiting for"))) {
            throw new IOException("the responder says " + line);
        }
    }

    /// A TLS server that presents the certificate, with the intermediate one when asked; returns its port.
    int serve(String name, boolean whole) throws Exception {
        String chain = whole ? " -certfile inter.pem" : "";
        openssl("pkcs12 -export -inkey " + name + ".key -in " + name + ".pem -out serve.p12 -passout pass:zoo" + chain);
        KeyStore store = KeyStore.getInstance(folder.resolve("serve.p12").toFile(), "zoo".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, "zoo".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getLoopbackAddress());
        open.add(server);
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (SSLSocket client = (SSLSocket) server.accept()) {
                    client.startHandshake();
                } catch (IOException e) {
                    // The client has seen enough, or the test is over.
                    continue;
                }
            }
        });
        return server.getLocalPort();
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    void openssl(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments.split(" ")));
        Process p = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (p.waitFor() != 0) {
            throw new IOException(command + ": " + said);
        }
    }

    @Override
    public void close() throws Exception {
        web.stop(0);
        for (AutoCloseable c : open) {
            c.close();
        }
    }
}
