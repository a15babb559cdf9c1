package dev.sluice.data.spi;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The hidden names beside a file's own under which one attempt of a job writes it and keeps what it replaces, for
/// stores in which a file is seen while it is written: `.NAME.ATTEMPT.part` and `.NAME.ATTEMPT.before.part`. The same
/// attempt makes the same names, and knows those of the attempts before it, which may have been killed.
public final class HiddenNames {
    private static final String END = ".part";
    private static final String BEFORE = ".before" + END;
    private static final int MOST_NAME = 80;
    private static final int MOST_ATTEMPT = 60;
    /// Attempts that are looked for; a job has three.
    private static final int MOST_EARLIER = 10;
    private static final Pattern NUMBERED = Pattern.compile("(.*-)([0-9]{1,4})");

    private final String name;
    private final String attemptId;

    /// @param name the file's own, without its folder; a long one is shortened, so that the hidden one stays a name
    public HiddenNames(String name, String attemptId) {
        this.name = name.length() <= MOST_NAME
                ? name
                : name.substring(0, MOST_NAME / 2) + Integer.toHexString(name.hashCode());
        this.attemptId = attemptId;
    }

    /// Where the file is written.
    public String part() {
        return hidden(END);
    }

    /// Where the file that it replaces is kept until the copy has ended.
    public String before() {
        return hidden(BEFORE);
    }

    /// The names of the attempts before this one, the latest first; none for the first attempt, and none where attempts
    /// are not numbered.
    public List<HiddenNames> earlier() {
        Matcher numbered = NUMBERED.matcher(attemptId);
        if (!numbered.matches()) {
            return List.of();
        }
        int own = Integer.parseInt(numbered.group(2));
        return IntStream.iterate(own - 1, n -> n > 0 && n >= own - MOST_EARLIER, n -> n - 1)
                .mapToObj(n -> new HiddenNames(name, numbered.group(1) + n))
                .toList();
    }

    /// Whether a file of that name is one that is still being written, or kept until a copy has ended.
    public static boolean isUnfinished(String name) {
        return name.startsWith(".") && name.endsWith(END);
    }

    private String hidden(String end) {
        String safe = attemptId.replaceAll("[^A-Za-z0-9_-]", "_");
        String last = safe.length() > MOST_ATTEMPT ? safe.substring(safe.length() - MOST_ATTEMPT) : safe;
        return "." + name + "." + last + end;
    }
}
