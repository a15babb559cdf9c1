package dev.sluice.connectors.aws;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A linked service: where buckets are and who asks.
///
/// @param store the linked service's name
/// @param endpoint address of the service, without a bucket
/// @param region that requests are signed for
/// @param pathStyle whether the bucket stands in the path and not in the host
/// @param keyId, secret, token credential; the last only for temporary ones
record S3Account(
        String store,
        URI endpoint,
        String region,
        boolean pathStyle,
        String keyId,
        SecretValue secret,
        Optional<SecretValue> token) {
    static final List<String> MEMBERS = List.of(
            "authenticationType", "accessKeyId", "secretAccessKey", "sessionToken", "serviceUrl", "forcePathStyle");
    private static final String AMAZON = "https://s3.amazonaws.com";
    private static final String GOOGLE = "https://storage.googleapis.com";
    private static final Pattern REGION =
            Pattern.compile("s3[.-](?:dualstack\\.)?([a-z]{2}(?:-[a-z]+)+-\\d)\\.amazonaws\\.com(?:\\.cn)?");

    static S3Account of(Endpoint endpoint) {
        Settings s = endpoint.linkedService();
        allowed(endpoint, s);
        String kind = s.text("authenticationType").orElse("AccessKey").toLowerCase(Locale.ROOT);
        boolean temporary = kind.equals("temporarysecuritycredentials");
        if (!temporary && !kind.equals("accesskey")) {
            throw invalid(endpoint, "authenticationType", "it must be AccessKey or TemporarySecurityCredentials");
        }
        Optional<SecretValue> token = s.secret("sessionToken");
        if (temporary && token.isEmpty()) {
            throw s.missing("sessionToken");
        }
        String type = endpoint.linkedServiceType().toLowerCase(Locale.ROOT);
        String usual = type.equals("amazons3") ? AMAZON : type.equals("googlecloudstorage") ? GOOGLE : "";
        URI address = address(endpoint, s, usual);
        return new S3Account(
                endpoint.linkedServiceName(),
                address,
                region(address, type),
                pathStyle(address, s),
                s.requiredText("accessKeyId").strip(),
                s.secret("secretAccessKey").orElseThrow(() -> s.missing("secretAccessKey")),
                temporary ? token : Optional.empty());
    }

    private static void allowed(Endpoint endpoint, Settings s) {
        for (String name : s.names()) {
            if (MEMBERS.stream().noneMatch(name::equalsIgnoreCase) && !name.equalsIgnoreCase("encryptedCredential")) {
                throw ConnectionFaults.SETTING_NOT_ALLOWED
                        .problem()
                        .at(s.pointer() + "/" + name)
                        .evidence("setting", name)
                        .evidence("store", endpoint.linkedServiceName())
                        .evidence("allowed", String.join(", ", MEMBERS))
                        .exception();
            }
        }
    }

    private static URI address(Endpoint endpoint, Settings s, String usual) {
        String given = s.text("serviceUrl")
                .map(String::strip)
                .filter(u -> !u.isEmpty())
                .orElse(usual);
        if (given.isEmpty()) {
            throw s.missing("serviceUrl");
        }
        try {
            URI address = URI.create(given.contains("://") ? given : "https://" + given);
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            String path = address.getPath() == null ? "" : address.getPath();
            if (address.getHost() == null
                    || !(scheme.equals("https") || scheme.equals("http"))
                    || !(path.isEmpty() || path.equals("/"))
                    || address.getUserInfo() != null) {
                throw invalid(endpoint, "serviceUrl", "it must be like https://s3.example.org, without bucket or path");
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw invalid(endpoint, "serviceUrl", "it is no address");
        }
    }

    private static String region(URI address, String type) {
        Matcher m = REGION.matcher(String.valueOf(address.getHost()));
        return m.matches() ? m.group(1) : type.equals("googlecloudstorage") ? "auto" : "us-east-1";
    }

    /// Buckets are names of hosts only where somebody has arranged that: at Amazon, and where the linked service
    /// says so.
    private static boolean pathStyle(URI address, Settings s) {
        boolean amazon = isAmazon(address);
        return s.has("forcePathStyle") ? s.flag("forcePathStyle", false) || isBare(address) : !amazon;
    }

    private static boolean isAmazon(URI address) {
        return String.valueOf(address.getHost()).endsWith(".amazonaws.com")
                || String.valueOf(address.getHost()).endsWith(".amazonaws.com.cn");
    }

    private static boolean isBare(URI address) {
        String host = String.valueOf(address.getHost());
        return host.equals("localhost") || host.startsWith("[") || host.matches("[0-9.]+");
    }

    /// Whether Amazon tells another region's address.
    boolean moves() {
        return isAmazon(endpoint);
    }

    /// The same account in another of Amazon's regions.
    S3Account in(String other) {
        String end = String.valueOf(endpoint.getHost()).endsWith(".cn") ? ".amazonaws.com.cn" : ".amazonaws.com";
        return new S3Account(store, URI.create("https://s3." + other + end), other, pathStyle, keyId, secret, token);
    }

    /// The same credential at another address.
    S3Account at(URI address, String itsRegion) {
        return new S3Account(store, address, itsRegion, pathStyle, keyId, secret, token);
    }

    /// Scheme, host and port of a bucket's requests, and what stands in front of a key.
    String base(String bucket) {
        // A certificate for *.s3.amazonaws.com does not hold for names with further dots.
        boolean inPath = pathStyle || bucket.contains(".");
        String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
        String host = inPath ? endpoint.getHost() : bucket + "." + endpoint.getHost();
        return endpoint.getScheme() + "://" + host + port + (inPath ? "/" + bucket : "");
    }

    int port() {
        return endpoint.getPort() >= 0
                ? endpoint.getPort()
                : endpoint.getScheme().equalsIgnoreCase("http") ? 80 : 443;
    }

    private static ProblemException invalid(Endpoint endpoint, String member, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(endpoint.linkedService().pointer() + "/" + member)
                .evidence("setting", member)
                .evidence("store", endpoint.linkedServiceName())
                .evidence("detail", detail)
                .exception();
    }
}
