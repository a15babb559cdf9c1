package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.AzureAccount.AccountKey;
import dev.sluice.connectors.azure.AzureAccount.Anonymous;
import dev.sluice.connectors.azure.AzureAccount.Credential;
import dev.sluice.connectors.azure.AzureAccount.Identity;
import dev.sluice.connectors.azure.AzureAccount.Sas;
import java.io.IOException;
import java.util.regex.Pattern;

/// Takes keys and signatures out of texts of others: the service repeats signatures it refuses, and what it signed.
record Redaction(Credential credential) {
    private static final String HIDDEN = "**********";
    private static final Pattern SIGNATURE = Pattern.compile("(?i)\\bsig=[^&\\s\"'<>]+");
    private static final Pattern REPEATED =
            Pattern.compile("(?s)<AuthenticationErrorDetail>(?!Signature not valid in).*?</AuthenticationErrorDetail>");

    String of(String text) {
        String clean = REPEATED.matcher(text).replaceAll(HIDDEN);
        clean = SIGNATURE.matcher(clean).replaceAll("sig=" + HIDDEN);
        return switch (credential) {
            case AccountKey k -> clean.replace(k.key().reveal(), HIDDEN);
            case Sas s -> clean.replace(s.token().reveal(), HIDDEN);
            case Identity i -> i.identity().hiddenIn(clean);
            case Anonymous _ -> clean;
        };
    }

    /// What happened, for the log: kind, text and place of the original and its causes, without secrets.
    IOException of(Throwable original) {
        return copy(original, 0);
    }

    private IOException copy(Throwable original, int depth) {
        Throwable cause = original.getCause();
        IOException copy =
                new IOException(of(original.toString()), cause == null || depth > 8 ? null : copy(cause, depth + 1));
        copy.setStackTrace(original.getStackTrace());
        return copy;
    }
}
