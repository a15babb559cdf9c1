package dev.sluice.wire;

import java.util.Comparator;

/// Versions by their numbers: `0.10.0` after `0.9.1`. A suffix comes before the same version without it
/// (`0.2.0-SNAPSHOT`, `0.2.0`); what is no number is compared as text.
public final class VersionOrder implements Comparator<String> {
    public static final VersionOrder ORDER = new VersionOrder();

    private VersionOrder() {}

    @Override
    public int compare(String a, String b) {
        int order = parts(core(a), core(b));
        if (order != 0) {
            return order;
        }
        String left = a.substring(core(a).length());
        String right = b.substring(core(b).length());
        return left.isEmpty() || right.isEmpty()
                ? Boolean.compare(left.isEmpty(), right.isEmpty())
                : parts(left, right);
    }

    /// Up to the first hyphen.
    private static String core(String version) {
        int hyphen = version.indexOf('-');
        return hyphen < 0 ? version : version.substring(0, hyphen);
    }

    private static int parts(String a, String b) {
        String[] left = a.split("[.+-]");
        String[] right = b.split("[.+-]");
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            boolean numbers = left[i].matches("\\d{1,9}") && right[i].matches("\\d{1,9}");
            int order = numbers
                    ? Integer.compare(Integer.parseInt(left[i]), Integer.parseInt(right[i]))
                    : left[i].compareTo(right[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }
}
