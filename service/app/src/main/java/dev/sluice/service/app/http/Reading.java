package dev.sluice.service.app.http;

import dev.sluice.diagnosis.ServiceFaults;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jetty.io.Content;

/// Reads a request from Jetty, within limits.
final class Reading {
    /// Largest document body, in bytes.
    static final int MAX_DOCUMENT = 4 << 20;

    /// Most bytes beyond the limit that are read and thrown away.
    private static final long MAX_DRAINED = 32 << 20;

    private static final int MAX_SEGMENTS = 40;
    private static final int MAX_PARAMETERS = 100;

    private Reading() {}

    /// A request without its body.
    static Request head(org.eclipse.jetty.server.Request request, String id) {
        URI uri = uri(request);
        List<String> path = segments(uri.getRawPath());
        Function<String, List<String>> headers = name -> request.getHeaders().getValuesList(name);
        return new Request(
                request.getMethod().toUpperCase(Locale.ROOT),
                uri,
                path,
                query(uri.getRawQuery()),
                headers,
                new byte[0],
                "https://" + authority(request),
                Line.of(request),
                id);
    }

    /// The same request with its body.
    ///
    /// @param limit of the body in bytes
    static Request whole(org.eclipse.jetty.server.Request request, Request head, int limit) throws IOException {
        return head.with(body(request, limit));
    }

    private static URI uri(org.eclipse.jetty.server.Request request) {
        String pathQuery = request.getHttpURI().getPathQuery();
        if (pathQuery == null || !pathQuery.startsWith("/")) {
            throw bad("there is no path");
        }
        try {
            return new URI(pathQuery);
        } catch (URISyntaxException e) {
            throw bad("the path is not well formed");
        }
    }

    private static String authority(org.eclipse.jetty.server.Request request) {
        String host = org.eclipse.jetty.server.Request.getServerName(request);
        int port = org.eclipse.jetty.server.Request.getServerPort(request);
        return port == 443 || port <= 0 ? host : host + ":" + port;
    }

    private static byte[] body(org.eclipse.jetty.server.Request request, int limit) throws IOException {
        if (request.getLength() > limit + MAX_DRAINED) {
            throw tooLarge(limit);
        }
        try (InputStream in = Content.Source.asInputStream(request)) {
            byte[] body = in.readNBytes(limit + 1);
            if (body.length > limit) {
                drain(in);
                throw tooLarge(limit);
            }
            return body;
        }
    }

    /// Throws away what is left of a request that is not read, up to a limit.
    static void drain(org.eclipse.jetty.server.Request request) throws IOException {
        try (InputStream in = Content.Source.asInputStream(request)) {
            drain(in);
        }
    }

    /// Most clients read an answer only when they could send all they have.
    private static void drain(InputStream in) throws IOException {
        byte[] nothing = new byte[64 << 10];
        long left = MAX_DRAINED;
        for (int read = in.read(nothing); read >= 0 && left > 0; read = in.read(nothing)) {
            left -= read;
        }
    }

    private static RuntimeException tooLarge(int limit) {
        return ServiceFaults.TOO_LARGE.with("limit", limit);
    }

    static List<String> segments(String rawPath) {
        List<String> segments = new ArrayList<>();
        String trimmed =
                rawPath.endsWith("/") && rawPath.length() > 1 ? rawPath.substring(0, rawPath.length() - 1) : rawPath;
        for (String part : trimmed.substring(Math.min(1, trimmed.length())).split("/", -1)) {
            segments.add(decoded(part, false));
        }
        if (segments.size() > MAX_SEGMENTS) {
            throw bad("the path has more than " + MAX_SEGMENTS + " segments");
        }
        return List.copyOf(segments);
    }

    static Map<String, String> query(@org.jspecify.annotations.Nullable String rawQuery) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (rawQuery == null || rawQuery.isEmpty()) {
            return parameters;
        }
        String[] parts = rawQuery.split("&", -1);
        if (parts.length > MAX_PARAMETERS) {
            throw bad("the query has more than " + MAX_PARAMETERS + " parameters");
        }
        for (String part : parts) {
            int equals = part.indexOf('=');
            String name = decoded(equals < 0 ? part : part.substring(0, equals), true);
            String value = equals < 0 ? "" : decoded(part.substring(equals + 1), true);
            parameters.put(name.toLowerCase(Locale.ROOT), value);
        }
        return parameters;
    }

    /// Percent-decoding that refuses what is not UTF-8 and what holds control characters.
    private static String decoded(String text, boolean plusIsSpace) {
        ByteBuffer bytes = ByteBuffer.allocate(3 * text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 <= text.length() - 1 ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 <= text.length() - 1 ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw bad("a percent sign in the URL is not followed by two hexadecimal digits");
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes.put((byte) ' ');
            } else {
                bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            String decoded =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            if (decoded.chars().anyMatch(Character::isISOControl)) {
                throw bad("the URL holds control characters");
            }
            return decoded;
        } catch (CharacterCodingException e) {
            throw bad("the URL is not UTF-8");
        }
    }

    private static RuntimeException bad(String detail) {
        return ServiceFaults.BAD_REQUEST.with("detail", detail);
    }
}
