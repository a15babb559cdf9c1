package dev.sluice.service.app;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.model.Json;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/// An OpenID Connect issuer on this machine: discovery, keys, and tokens as a test wants them.
final class FakeIssuer implements AutoCloseable {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    final AtomicInteger asked = new AtomicInteger();
    private final HttpServer server;
    private final Map<String, KeyPair> keys = new LinkedHashMap<>();
    private volatile boolean down;

    FakeIssuer() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/realm/.well-known/openid-configuration", exchange -> {
            byte[] body = ("{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + "/keys\"}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(down ? 503 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/realm/keys", exchange -> {
            asked.incrementAndGet();
            byte[] body = Json.bytes(keySet());
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/realm";
    }

    void isDown(boolean now) {
        down = now;
    }

    /// A key by its id; its type is the id's first word: `RSA-1`, `EC-2`.
    synchronized void addKey(String id) throws Exception {
        boolean rsa = id.startsWith("RSA");
        KeyPairGenerator generator = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC");
        if (rsa) {
            generator.initialize(2048);
        } else {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        keys.put(id, generator.generateKeyPair());
    }

    synchronized KeyPair removeKey(String id) {
        return keys.remove(id);
    }

    private synchronized ObjectNode keySet() {
        ObjectNode set = Json.object();
        var list = set.putArray("keys");
        keys.forEach((id, pair) -> {
            ObjectNode key = list.addObject().put("kid", id).put("use", "sig");
            switch (pair.getPublic()) {
                case RSAPublicKey rsa ->
                    key.put("kty", "RSA").put("n", number(rsa.getModulus())).put("e", number(rsa.getPublicExponent()));
                case ECPublicKey ec ->
                    key.put("kty", "EC")
                            .put("crv", "P-256")
                            .put("x", number(ec.getW().getAffineX()))
                            .put("y", number(ec.getW().getAffineY()));
                default -> throw new IllegalStateException();
            }
        });
        return set;
    }

    private static String number(BigInteger value) {
        byte[] bytes = value.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return BASE64.encodeToString(java.util.Arrays.copyOfRange(bytes, sign, bytes.length));
    }

    String token(String key, String algorithm, ObjectNode claims) throws Exception {
        KeyPair pair;
        synchronized (this) {
            pair = keys.get(key);
        }
        return token(key, pair, algorithm, claims);
    }

    static String token(String key, KeyPair pair, String algorithm, ObjectNode claims) throws Exception {
        ObjectNode header = Json.object().put("alg", algorithm).put("kid", key);
        String text = BASE64.encodeToString(Json.bytes(header)) + "." + BASE64.encodeToString(Json.bytes(claims));
        Signature signature = Signature.getInstance(
                pair.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
        signature.initSign(pair.getPrivate());
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        return text + "." + BASE64.encodeToString(signature.sign());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
