package dev.sluice.data.copy.files;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.Settings;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// The time of modification that store settings ask for: `modifiedDatetimeStart` included, `modifiedDatetimeEnd` not;
/// a time without zone is UTC.
///
/// @param from, to empty when open
public record ModifiedWindow(Optional<Instant> from, Optional<Instant> to) {
    public static ModifiedWindow of(Settings store) {
        return new ModifiedWindow(time(store, "modifiedDatetimeStart"), time(store, "modifiedDatetimeEnd"));
    }

    /// Whether the file was modified within it.
    public boolean holds(FileEntry file) {
        return (from.isEmpty() || !file.modified().isBefore(from.get()))
                && (to.isEmpty() || file.modified().isBefore(to.get()));
    }

    private static Optional<Instant> time(Settings settings, String member) {
        return settings.text(member).filter(s -> !s.isBlank()).map(text -> {
            String iso = text.strip().replace(' ', 'T');
            try {
                if (iso.indexOf('T') < 0) {
                    return LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC);
                }
                return DateTimeFormatter.ISO_DATE_TIME.parseBest(iso, Instant::from, LocalDateTime::from)
                                instanceof Instant i
                        ? i
                        : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                throw settings.wrong(member, text, "a date and time in ISO 8601");
            }
        });
    }
}
