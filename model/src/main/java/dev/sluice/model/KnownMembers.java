package dev.sluice.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which types there are and which members each has, as far as Data Factory's published model tells. For hints to
/// people only: what is not listed is kept all the same. Types and members are compared without regard to case.
final class KnownMembers {
    /// What a type belongs to; types of different groups may share a name.
    enum Group {
        ACTIVITY("activity"),
        CREDENTIAL("credential"),
        DATA_FLOW("dataflow"),
        DATASET("dataset"),
        FORMAT_READ("formatRead"),
        FORMAT_WRITE("formatWrite"),
        INTEGRATION_RUNTIME("integrationRuntime"),
        LINKED_SERVICE("linkedService"),
        LOCATION("location"),
        READ("read"),
        SINK("sink"),
        SOURCE("source"),
        TRIGGER("trigger"),
        WRITE("write");

        private final String word;

        Group(String word) {
            this.word = word;
        }
    }

    /// Of one type.
    ///
    /// @param own members beside `type`, `typeProperties` included where the type has them
    /// @param typeProperties members of `typeProperties`
    record Members(String type, Set<String> own, Set<String> typeProperties) {}

    private static final Map<String, Members> ALL = read();

    private KnownMembers() {}

    static Optional<Members> of(Group group, String type) {
        return Optional.ofNullable(ALL.get(key(group.word, type)));
    }

    /// The type of a group whose name is nearest to one that does not exist; null when none is near.
    static @Nullable String closestType(Group group, String type) {
        Set<String> types = new TreeSet<>();
        ALL.forEach((key, members) -> {
            if (key.startsWith(group.word + " ")) {
                types.add(members.type());
            }
        });
        return closest(types, type);
    }

    /// The nearest of some names, by edits; null when even that is far away.
    static @Nullable String closest(Set<String> names, String wanted) {
        String best = null;
        int fewest = Math.max(1, wanted.length() / 3) + 1;
        for (String name : names) {
            int edits = edits(name.toLowerCase(Locale.ROOT), wanted.toLowerCase(Locale.ROOT));
            if (edits < fewest) {
                fewest = edits;
                best = name;
            }
        }
        return best;
    }

    private static int edits(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 20 || a.length() > 200 || b.length() > 200) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    private static Map<String, Members> read() {
        Map<String, Members> all = new HashMap<>();
        try (InputStream in = KnownMembers.class.getResourceAsStream("known-members.txt")) {
            if (in == null) {
                throw new IllegalStateException("known-members.txt is not among the classes");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split("\\|", -1);
                    String[] type = parts[0].split(" ", 2);
                    all.put(key(type[0], type[1]), new Members(type[1], names(parts[1]), names(parts[2])));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(all);
    }

    private static Set<String> names(String list) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        if (!list.isEmpty()) {
            names.addAll(Set.of(list.split(" ")));
        }
        return names;
    }

    private static String key(String group, String type) {
        return group + " " + type.toLowerCase(Locale.ROOT);
    }
}
