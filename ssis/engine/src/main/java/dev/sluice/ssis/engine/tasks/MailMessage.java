package dev.sluice.ssis.engine.tasks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// A mail as it goes over the wire (RFC 5322, MIME): text in UTF-8, attachments behind it.
///
/// @param priority 1 high, 3 normal, 5 low
record MailMessage(
        String from, String to, String copies, String subject, String text, int priority, List<Path> attachments) {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(76, new byte[] {'\r', '\n'});
    private static final int WORD = 45;

    /// Addresses of a list, separated by `;` or `,`.
    static List<String> addresses(String list) {
        return Arrays.stream(list.split("[;,]"))
                .map(String::strip)
                .filter(a -> !a.isEmpty())
                .toList();
    }

    byte[] bytes(ZonedDateTime now) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        header(out, "From", from);
        header(out, "To", String.join(", ", addresses(to)));
        if (!copies.isBlank()) {
            header(out, "Cc", String.join(", ", addresses(copies)));
        }
        header(out, "Subject", subject);
        header(out, "Date", now.format(DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ENGLISH)));
        header(out, "Message-ID", "<" + UUID.randomUUID() + "@sluice>");
        header(out, "X-Priority", Integer.toString(priority));
        header(out, "MIME-Version", "1.0");
        if (attachments.isEmpty()) {
            text(out);
        } else {
            String border = "=_" + UUID.randomUUID();
            header(out, "Content-Type", "multipart/mixed; boundary=\"" + border + "\"");
            ascii(out, "\r\n");
            ascii(out, "--" + border + "\r\n");
            text(out);
            for (Path file : attachments) {
                ascii(out, "\r\n--" + border + "\r\n");
                attachment(out, file);
            }
            ascii(out, "\r\n--" + border + "--\r\n");
        }
        return out.toByteArray();
    }

    private void text(ByteArrayOutputStream out) {
        header(out, "Content-Type", "text/plain; charset=utf-8");
        header(out, "Content-Transfer-Encoding", "base64");
        ascii(out, "\r\n");
        out.writeBytes(LINES.encode(text.getBytes(StandardCharsets.UTF_8)));
        ascii(out, "\r\n");
    }

    private static void attachment(ByteArrayOutputStream out, Path file) throws IOException {
        String name = file.getFileName().toString().replaceAll("[\"\\r\\n]", "_");
        header(out, "Content-Type", "application/octet-stream");
        header(out, "Content-Transfer-Encoding", "base64");
        header(out, "Content-Disposition", "attachment; filename=\"" + encoded(name) + "\"");
        ascii(out, "\r\n");
        out.writeBytes(LINES.encode(Files.readAllBytes(file)));
    }

    private static void header(ByteArrayOutputStream out, String name, String value) {
        // A line end within a value would begin another header.
        String one = value.replaceAll("[\\r\\n]+", " ");
        ascii(out, name + ": " + (name.equals("Subject") ? encoded(one) : named(one)) + "\r\n");
    }

    /// Names beside addresses are encoded, the addresses not.
    private static String named(String value) {
        if (ascii(value)) {
            return value;
        }
        return String.join(
                ", ",
                Arrays.stream(value.split(",\\s*"))
                        .map(part -> {
                            int open = part.lastIndexOf('<');
                            return open > 0
                                    ? encoded(part.substring(0, open).strip()) + " " + part.substring(open)
                                    : part;
                        })
                        .toList());
    }

    private static boolean ascii(String text) {
        return text.chars().allMatch(c -> c >= 32 && c < 127);
    }

    /// As encoded words (RFC 2047) where it is not plain; no word splits a character.
    private static String encoded(String text) {
        if (ascii(text)) {
            return text;
        }
        StringBuilder words = new StringBuilder();
        StringBuilder word = new StringBuilder();
        for (int cp : text.codePoints().toArray()) {
            String c = Character.toString(cp);
            if ((word + c).getBytes(StandardCharsets.UTF_8).length > WORD) {
                words.append(word(word)).append("\r\n ");
                word.setLength(0);
            }
            word.append(c);
        }
        return words.append(word(word)).toString();
    }

    private static String word(CharSequence text) {
        return "=?utf-8?B?" + Base64.getEncoder().encodeToString(text.toString().getBytes(StandardCharsets.UTF_8))
                + "?=";
    }

    private static void ascii(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
