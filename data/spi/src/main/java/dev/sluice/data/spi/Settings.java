package dev.sluice.data.spi;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Read-only members of a Data Factory object (`typeProperties`, `storeSettings` …) as plain Java values: [String],
/// [Boolean], [BigDecimal], [List], [Map], [SecretValue]. Names match without regard to case; null is absent; numbers
/// and Booleans may stand as text, as Data Factory allows. A value of the wrong kind is refused with its JSON pointer.
public final class Settings {
    /// No members.
    public static final Settings EMPTY = new Settings("", Map.of());

    private final String pointer;
    private final Map<String, Object> members = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /// @param pointer JSON pointer of the object, for messages
    public Settings(String pointer, Map<String, ? extends @Nullable Object> members) {
        this.pointer = pointer;
        members.forEach((name, value) -> {
            if (value != null) {
                this.members.put(name, value);
            }
        });
    }

    /// The same without some members.
    public Settings without(String... names) {
        Map<String, Object> kept = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        kept.putAll(members);
        for (String name : names) {
            kept.remove(name);
        }
        return new Settings(pointer, kept);
    }

    public String pointer() {
        return pointer;
    }

    public java.util.Set<String> names() {
        return Collections.unmodifiableSet(members.keySet());
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    /// The raw value.
    public Optional<Object> value(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /// Text; numbers and Booleans are given as their text.
    public Optional<String> text(String name) {
        Object v = members.get(name);
        return switch (v) {
            case null -> Optional.empty();
            case String s -> Optional.of(s);
            case BigDecimal d -> Optional.of(d.toPlainString());
            case Boolean b -> Optional.of(b.toString());
            default -> throw wrong(name, v, "a text");
        };
    }

    public String requiredText(String name) {
        return text(name).filter(s -> !s.isBlank()).orElseThrow(() -> missing(name));
    }

    public boolean flag(String name, boolean otherwise) {
        Object v = members.get(name);
        return switch (v) {
            case null -> otherwise;
            case Boolean b -> b;
            case String s when s.equalsIgnoreCase("true") -> true;
            case String s when s.equalsIgnoreCase("false") -> false;
            default -> throw wrong(name, v, "true or false");
        };
    }

    /// A whole number within the bounds (inclusive).
    public Optional<Long> number(String name, long min, long max) {
        Object v = members.get(name);
        String expected = "a whole number from " + min + " to " + max;
        BigDecimal number = switch (v) {
            case null -> null;
            case BigDecimal d -> d;
            case String s -> {
                try {
                    yield new BigDecimal(s.strip());
                } catch (NumberFormatException e) {
                    throw wrong(name, v, expected);
                }
            }
            default -> throw wrong(name, v, expected);
        };
        if (number == null) {
            return Optional.empty();
        }
        if (number.stripTrailingZeros().scale() > 0
                || number.compareTo(BigDecimal.valueOf(min)) < 0
                || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            throw wrong(name, v, expected);
        }
        return Optional.of(number.longValueExact());
    }

    /// A nested object; empty settings when absent.
    public Settings section(String name) {
        Object v = members.get(name);
        return switch (v) {
            case null -> new Settings(pointer + "/" + name, Map.of());
            case Map<?, ?> m -> {
                Map<String, Object> inner = new TreeMap<>();
                m.forEach((k, value) -> {
                    if (value != null) {
                        inner.put(String.valueOf(k), value);
                    }
                });
                yield new Settings(pointer + "/" + name, inner);
            }
            default -> throw wrong(name, v, "an object");
        };
    }

    /// A list; empty when absent.
    public List<?> list(String name) {
        Object v = members.get(name);
        return switch (v) {
            case null -> List.of();
            case List<?> l -> Collections.unmodifiableList(l);
            default -> throw wrong(name, v, "an array");
        };
    }

    /// A secret; a plain text stands for one too (a development file may hold it so).
    public Optional<SecretValue> secret(String name) {
        Object v = members.get(name);
        return switch (v) {
            case null -> Optional.empty();
            case SecretValue s -> Optional.of(s);
            case String s -> Optional.of(new SecretValue(s));
            default -> throw wrong(name, "(hidden)", "a SecureString");
        };
    }

    /// The member is required and absent.
    public ProblemException missing(String name) {
        return DocumentFaults.MEMBER_MISSING
                .problem()
                .at(pointer)
                .evidence("member", name)
                .exception();
    }

    /// The member has a value that cannot be used.
    public ProblemException wrong(String name, @Nullable Object value, String expected) {
        String shown = value instanceof String s
                ? "'" + s + "'"
                : String.valueOf(value).toLowerCase(Locale.ROOT);
        return DocumentFaults.MEMBER_INVALID
                .problem()
                .at(pointer + "/" + name)
                .evidence("member", name)
                .evidence("value", value instanceof SecretValue ? "(hidden)" : shown)
                .evidence("expected", expected)
                .exception();
    }

    /// Names only: values may be secrets.
    @Override
    public String toString() {
        return pointer + members.keySet();
    }
}
