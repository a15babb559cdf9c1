package dev.sluice.data.testkit.aws;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Moto on a free loopback port: S3, SQS and SNS in one process, which know of each other, so that a bucket's event
/// notifications arrive in queues. Signatures and rights are checked, if that is wanted. It is administered by boto3,
/// in the same process.
/// Closing it ends the process; so does the end of the JVM. One thread at a time.
public final class MotoServer implements AutoCloseable {
    private static final String VERSION = "5.2.1";
    private static final int INSTALL_SECONDS = 300;

    /// Three requests are let in unsigned, to make an administrator; what comes after that is checked.
    private static final String SCRIPT = """
            import os, sys, json, logging
            if sys.argv[1] == 'checked':
                os.environ['INITIAL_NO_AUTH_ACTION_COUNT'] = '3'
            os.environ['AWS_EC2_METADATA_DISABLED'] = 'true'
            logging.getLogger('werkzeug').setLevel(logging.CRITICAL)
            import boto3
            from moto.server import ThreadedMotoServer
            server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
            server.start()
            url = 'http://%s:%d' % server.get_host_and_port()
            def client(name, key, secret):
                return boto3.client(name, endpoint_url=url, region_name='us-east-1',
                                    aws_access_key_id=key, aws_secret_access_key=secret)
            iam = client('iam', 'nobody', 'nobody')
            iam.create_user(UserName='tests')
            iam.put_user_policy(UserName='tests', PolicyName='all', PolicyDocument=json.dumps(
                {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': '*', 'Resource': '*'}]}))
            made = iam.create_access_key(UserName='tests')['AccessKey']
            key, secret = made['AccessKeyId'], made['SecretAccessKey']
            print('ready', url.rsplit(':', 1)[1], key, secret, flush=True)
            clients = {}
            for line in sys.stdin:
                service, method, parameters = line.rstrip('\\n').split(' ', 2)
                try:
                    if service not in clients:
                        clients[service] = client(service, key, secret)
                    answer = getattr(clients[service], method)(**json.loads(parameters))
                    answer.pop('ResponseMetadata', None)
                    print('answer', json.dumps(answer, default=str), flush=True)
                except Exception as e:
                    print('failed', repr(e).replace('\\n', ' '), flush=True)
            """;

    private final Process process;
    private final BufferedReader answers;
    private final Writer questions;
    private final int port;
    private final String keyId;
    private final String secret;

    private MotoServer(Process process, BufferedReader answers, String[] ready) {
        this.process = process;
        this.answers = answers;
        this.questions = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        this.port = Integer.parseInt(ready[1]);
        this.keyId = ready[2];
        this.secret = ready[3];
    }

    /// Starts it with the Python on the path if that has Moto, else with one of its own below the user's cache
    /// folder, into which it is installed. Empty, with the reason on standard error, when neither is to be had.
    ///
    /// @param checked whether it looks at signatures; then it refuses objects whose keys are escaped in paths
    public static Optional<MotoServer> start(boolean checked) {
        try {
            return Optional.of(begin(python(), checked));
        } catch (IOException e) {
            System.err.println("Moto is not available, what needs it is SKIPPED: " + e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static String python() throws IOException, InterruptedException {
        if (run(Path.of("/dev/null"), "python3", "-c", "import boto3, moto.server")) {
            return "python3";
        }
        Path home = Path.of(System.getProperty("user.home"), ".cache", "sluice", "moto-" + VERSION);
        Path complete = home.resolve("complete");
        Files.createDirectories(home);
        try (FileChannel channel =
                        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            Path log = home.resolve("install.log");
            if (!Files.exists(complete) && lock.isValid()) {
                if (!run(log, "python3", "-m", "venv", home.resolve("venv").toString())
                        || !run(
                                log,
                                home.resolve("venv/bin/pip").toString(),
                                "install",
                                "moto[s3,sqs,sns,iam,server]==" + VERSION)) {
                    throw new IOException("pip could not install it, see " + log);
                }
                Files.createFile(complete);
            }
        }
        return home.resolve("venv/bin/python3").toString();
    }

    private static boolean run(Path log, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return false;
        }
        return process.exitValue() == 0;
    }

    private static MotoServer begin(String python, boolean checked) throws IOException {
        Path log = Files.createTempFile("moto", ".log");
        Process process = new ProcessBuilder(python, "-c", SCRIPT, checked ? "checked" : "trusting")
                .redirectError(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("ready ")) {
                return new MotoServer(process, lines, line.split(" ", 4));
            }
        }
        process.destroyForcibly();
        throw new IOException("Moto ended before it listened, see " + log);
    }

    /// Calls a method of a client of boto3.
    ///
    /// @param service `s3`, `sqs`, `sns`, `iam`
    /// @param method e.g. `create_bucket`
    /// @param parameters JSON; single quotes stand for double ones
    /// @return its answer as JSON
    public String ask(String service, String method, String parameters) throws IOException {
        questions.write(
                service + " " + method + " " + parameters.replace('\'', '"').replace("\n", " ") + "\n");
        questions.flush();
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith("answer ")) {
                return line.substring("answer ".length());
            }
            if (line.startsWith("failed ")) {
                throw new IOException(service + " " + method + ": " + line);
            }
        }
        throw new IOException("Moto has ended");
    }

    public int port() {
        return port;
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    public String keyId() {
        return keyId;
    }

    public String secret() {
        return secret;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
