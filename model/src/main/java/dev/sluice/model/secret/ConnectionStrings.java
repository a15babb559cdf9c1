package dev.sluice.model.secret;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds passwords, keys and signatures in connection strings (`Host=h;Password=p`) and URLs (`https://u:p@h/?sig=s`),
/// and blanks them.
final class ConnectionStrings {
    /// What a blanked value is shown as.
    static final String MASK = "**********";

    /// Keys in lower case without blanks and underscores.
    private static final Set<String> SECRET_KEYS = Set.of(
            "password",
            "pwd",
            "pass",
            "passwd",
            "userpassword",
            "accountkey",
            "sharedaccesssignature",
            "sharedaccesskey",
            "sharedsecretvalue",
            "sastoken",
            "accesskey",
            "secretaccesskey",
            "secretkey",
            "accesstoken",
            "token",
            "authtoken",
            "apikey",
            "apitoken",
            "clientsecret",
            "secret",
            "credstring",
            "creds",
            "privatekey",
            "privatekeypassphrase",
            "passphrase",
            "privatekeypwd",
            "privkeyfilepwd",
            "sslpassword",
            "sslkeypassword",
            "truststorepassword",
            "keystorepassword",
            "trustedstorepwd",
            "proxypassword",
            "proxypwd",
            "refreshtoken",
            "oauthtoken",
            "auth_accesstoken",
            "authaccesstoken",
            "authclientsecret",
            "authrefreshtoken",
            "jwt",
            "principalkey",
            "serviceprincipalkey");

    /// `key = value`, the value bare, or quoted (' " {}) with the quote doubled inside, up to the next `;`.
    private static final Pattern PAIR = Pattern.compile(
            "(?<=^|;)(\\s*)([A-Za-z][A-Za-z0-9 _.-]{0,60}?)(\\s*=\\s*)"
                    + "('(?:[^']|'')*+'(?=\\s*(?:;|$))|\"(?:[^\"]|\"\")*+\"(?=\\s*(?:;|$))|\\{(?:[^}]|}})*+}(?=\\s*(?:;|$))|[^;]*+)");

    private static final Pattern USER_INFO =
            Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]{0,40}://[^/?#:@\\s]{0,300}:)([^/?#\\s]+)(@)");

    private static final Pattern QUERY = Pattern.compile(
            "(?i)([?&;](?:sig|password|pwd|code|token|access_token|api[-_]?key|secret|client_secret)=)([^&;#\\s]+)");

    private ConnectionStrings() {}

    /// The text with every secret in it blanked; the text itself when it carries none.
    static String masked(String text) {
        return mask(QUERY, mask(USER_INFO, maskPairs(text)));
    }

    private static String maskPairs(String text) {
        Matcher m = PAIR.matcher(text);
        StringBuilder out = new StringBuilder();
        while (m.find()) {
            String key = m.group(2).toLowerCase(Locale.ROOT).replaceAll("[ _.-]", "");
            String value = m.group(4).trim();
            boolean secret = SECRET_KEYS.contains(key) && !value.isEmpty() && !isTemplate(value);
            String kept = secret ? m.group(1) + m.group(2) + m.group(3) + MASK : m.group();
            m.appendReplacement(out, Matcher.quoteReplacement(kept));
        }
        return m.appendTail(out).toString();
    }

    private static String mask(Pattern pattern, String text) {
        return pattern.matcher(text)
                .replaceAll(r -> isTemplate(r.group(2)) || r.group(2).equals(MASK)
                        ? Matcher.quoteReplacement(r.group())
                        : Matcher.quoteReplacement(r.group(1) + MASK + (r.groupCount() > 2 ? r.group(3) : "")));
    }

    /// Whether a value is (only) an expression, evaluated when the connection is used.
    static boolean isTemplate(String value) {
        String bare = value.trim();
        return (bare.startsWith("@{") && bare.endsWith("}"))
                || (bare.startsWith("@") && bare.toLowerCase(Locale.ROOT).contains("linkedservice("));
    }
}
