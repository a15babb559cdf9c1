package dev.sluice.secrets;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;

/// Takes secrets out of text before it goes to a log, a report or a user: values the process knows, in the forms
/// in which they travel (as is, percent-encoded, in JSON, in base64), and whatever looks like a credential by its
/// surroundings. The last line of defence: code must not put secrets into text in the first place.
///
/// Masking never fails and takes time linear in the text. Thread-safe.
public final class Redaction {
    /// Shorter values are not registered: masking every `a` would destroy the text and betray the value.
    public static final int MIN_LENGTH = 4;
    /// Most values held at a time; one more is refused.
    public static final int MAX_VALUES = 10_000;
    /// Longest text that is looked at; of anything longer, the rest is cut off.
    public static final int MAX_TEXT = 1 << 20;

    private static final String NAMES = "password|passwd|pwd|passphrase|accountkey|account_key|sharedaccesskey"
            + "|sharedaccesssignature|sastoken|client_?secret|serviceprincipalkey|api_?key|access_?token"
            + "|refresh_?token|secret_?(?:access_?)?key|connectionstring|authkey|private_?key|encryptedcredential";

    private record Rule(Pattern pattern, String replacement) {}

    /// In this order; what one rule masks, the next ones leave alone.
    private static final List<Rule> RULES = List.of(
            rule("-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^-]{0,20000}(?:-----END \\1-----)?", Secret.MASK),
            rule(
                    "(?i)(authorization\"?\\s{0,3}[:=]\\s{0,3}\"?(?:bearer|basic|negotiate|sharedkey|digest)\\s{1,3})"
                            + "[^\\s\",;]++",
                    "$1" + Secret.MASK),
            rule("(?i)\\b(bearer\\s{1,3})[A-Za-z0-9._~+/=-]{16,}+", "$1" + Secret.MASK),
            rule("IR@[A-Za-z0-9-]{1,64}@[^\\s\"'<>,;]++", "IR@" + Secret.MASK),
            rule("(?i)(\"(?:" + NAMES + ")\"\\s{0,3}:\\s{0,3}\")(?:[^\"\\\\]|\\\\.)*+", "$1" + Secret.MASK),
            rule(
                    "(?i)\\b((?:" + NAMES
                            + ")\\s{0,3}=\\s{0,3})(?:\"[^\"]*+\"|'[^']*+'|\\{[^}]*+}|[^;&\\r\\n\"']{1,1024}(?=;)|[^;&\\s\"']++)",
                    "$1" + Secret.MASK),
            rule("(?i)([?&;]sig=|\\bsig=)[^&;\\s\"']++", "$1" + Secret.MASK),
            rule(
                    "([a-zA-Z][a-zA-Z0-9+.-]{1,30}://[^\\s/:@\"']{0,256}:)[^\\s/@\"']{1,256}+@",
                    "$1" + Secret.MASK + "@"));

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    /// Every form of every value, to how often it was registered.
    private final Map<String, Integer> known = new LinkedHashMap<>();
    private List<String> longestFirst = List.of();

    /// A value is masked until this is closed.
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /// Masks this value from now on, until the registration is closed. Values shorter than [#MIN_LENGTH]
    /// characters are not masked.
    ///
    /// @throws IllegalStateException when [#MAX_VALUES] are registered
    public Registration register(Secret secret) {
        String value = secret.reveal();
        if (value.length() < MIN_LENGTH) {
            return () -> {};
        }
        List<String> forms = forms(value);
        change(forms, 1);
        return new Registration() {
            private boolean closed;

            @Override
            public synchronized void close() {
                if (!closed) {
                    closed = true;
                    change(forms, -1);
                }
            }
        };
    }

    /// The text without secrets.
    public String mask(String text) {
        String result = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
        lock.readLock().lock();
        try {
            for (String value : longestFirst) {
                result = result.replace(value, Secret.MASK);
            }
        } finally {
            lock.readLock().unlock();
        }
        return maskPatterns(result);
    }

    /// The text without what looks like a credential; knows no values.
    public static String maskPatterns(String text) {
        String result = text;
        for (Rule rule : RULES) {
            result = rule.pattern().matcher(result).replaceAll(rule.replacement());
        }
        return result;
    }

    private void change(List<String> forms, int by) {
        lock.writeLock().lock();
        try {
            if (by > 0 && known.size() + forms.size() > MAX_VALUES * 4) {
                throw new IllegalStateException("more than " + MAX_VALUES + " secrets are registered");
            }
            for (String form : forms) {
                if (known.merge(form, by, Integer::sum) <= 0) {
                    known.remove(form);
                }
            }
            longestFirst = known.keySet().stream()
                    .sorted(Comparator.comparingInt(String::length).reversed())
                    .toList();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static List<String> forms(String value) {
        List<String> forms = new ArrayList<>();
        forms.add(value);
        add(forms, URLEncoder.encode(value, StandardCharsets.UTF_8));
        add(forms, URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"));
        add(forms, value.replace("\\", "\\\\").replace("\"", "\\\""));
        add(forms, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        return List.copyOf(forms);
    }

    private static void add(List<String> forms, String form) {
        if (!forms.contains(form)) {
            forms.add(form);
        }
    }

    private static Rule rule(String pattern, String replacement) {
        return new Rule(Pattern.compile(pattern), replacement);
    }
}
