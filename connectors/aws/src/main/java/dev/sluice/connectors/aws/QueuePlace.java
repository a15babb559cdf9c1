package dev.sluice.connectors.aws;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a queue of Amazon SQS is: beside the linked service's buckets, in the region of its address, or where the
/// queue's own address says. A credential signs requests to Amazon's hosts only, or to the host that the linked service
/// names.
///
/// @param account the queue service's address, with the credential of the linked service
/// @param name of the queue
/// @param address of the queue; empty: the service is asked for it
record QueuePlace(S3Account account, String name, String address) {
    private static final String FIFO = ".fifo";
    private static final String ASIDE = "-poison";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\\.fifo");
    private static final Pattern AMAZON =
            Pattern.compile("sqs\\.([a-z]{2}(?:-[a-z]+)+-\\d)\\.(amazonaws\\.com(?:\\.cn)?)");

    /// @param queue a queue's name or its address
    static QueuePlace of(S3Account account, String queue) {
        if (!queue.contains("://")) {
            return new QueuePlace(service(account), named(account, queue), "");
        }
        URI address = parsed(account, queue);
        String path = address.getPath();
        String name = named(account, path.substring(path.lastIndexOf('/') + 1));
        String host = address.getHost().toLowerCase(Locale.ROOT);
        Matcher amazon = AMAZON.matcher(host);
        if (account.moves()
                ? !amazon.matches()
                : !host.equalsIgnoreCase(account.endpoint().getHost())) {
            throw invalid(
                    account,
                    account.moves()
                            ? "its host must be like sqs.eu-west-1.amazonaws.com"
                            : "its host must be that of serviceUrl, "
                                    + account.endpoint().getHost());
        }
        String region = amazon.matches() ? amazon.group(1) : account.region();
        return new QueuePlace(account.at(address.resolve("/"), region), name, queue);
    }

    /// S3 sends notifications to queues of the bucket's region only.
    private static S3Account service(S3Account account) {
        if (!account.moves()) {
            return account;
        }
        String end = String.valueOf(account.endpoint().getHost()).endsWith(".cn") ? ".cn" : "";
        return account.at(
                URI.create("https://sqs." + account.region() + ".amazonaws.com" + end + "/"), account.region());
    }

    private static URI parsed(S3Account account, String queue) {
        try {
            URI address = URI.create(queue);
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            boolean usable = scheme.equals("https") || (scheme.equals("http") && !account.moves());
            if (usable
                    && address.getHost() != null
                    && address.getUserInfo() == null
                    && address.getQuery() == null
                    && address.getPath() != null) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw invalid(account, "it is no address");
        }
        throw invalid(account, "it must be like https://sqs.eu-west-1.amazonaws.com/123456789012/orders");
    }

    private static String named(S3Account account, String name) {
        if (!NAME.matcher(name).matches()) {
            throw invalid(
                    account, "a queue has up to 80 letters, digits, hyphens and underscores, and may end with .fifo");
        }
        return name;
    }

    private static ProblemException invalid(S3Account account, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at("/typeProperties/queueName")
                .evidence("setting", "queueName")
                .evidence("store", account.store())
                .evidence("detail", detail)
                .exception();
    }

    boolean inOrder() {
        return name.endsWith(FIFO);
    }

    /// The queue for messages that cannot be used, of the credential's own account.
    QueuePlace aside() {
        String plain = inOrder() ? name.substring(0, name.length() - FIFO.length()) : name;
        int most = 80 - ASIDE.length() - FIFO.length();
        String shortened = plain.length() > most ? plain.substring(0, most) : plain;
        return new QueuePlace(account, shortened + ASIDE + (inOrder() ? FIFO : ""), "");
    }
}
