package dev.sluice.node.tools.certificate;

import dev.sluice.secrets.chain.Retrieval;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;

/// Issuers, responders and lists over HTTP, within limits. Goes through the proxy that the JVM is told of
/// (`-Dhttp.proxyHost`), redirects are not followed.
final class HttpRetrieval implements Retrieval {
    private static final int MILLIS = 5_000;

    /// Lists of revoked certificates of large authorities have some megabytes.
    private static final int MAX_BYTES = 32 * 1024 * 1024;

    @Override
    public byte[] get(URI address) throws IOException {
        return answer(open(address));
    }

    @Override
    public byte[] post(URI address, String type, byte[] body) throws IOException {
        HttpURLConnection connection = open(address);
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", type);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        } catch (IOException e) {
            throw inWords(e);
        }
        return answer(connection);
    }

    private static HttpURLConnection open(URI address) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout(MILLIS);
        connection.setReadTimeout(MILLIS);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    private static byte[] answer(HttpURLConnection connection) throws IOException {
        try {
            int status = connection.getResponseCode();
            if (status != 200) {
                throw new IOException("HTTP status " + status);
            }
            try (InputStream in = connection.getInputStream()) {
                byte[] bytes = in.readNBytes(MAX_BYTES + 1);
                if (bytes.length > MAX_BYTES) {
                    throw new IOException("more than " + MAX_BYTES + " bytes");
                }
                return bytes;
            }
        } catch (IOException e) {
            throw inWords(e);
        } finally {
            connection.disconnect();
        }
    }

    private static IOException inWords(IOException e) {
        return switch (e) {
            case UnknownHostException u -> new IOException("the name cannot be resolved", u);
            case SocketTimeoutException t -> new IOException("no answer within " + MILLIS / 1_000 + " s", t);
            case ConnectException c -> new IOException("the connection is refused", c);
            default -> e;
        };
    }
}
