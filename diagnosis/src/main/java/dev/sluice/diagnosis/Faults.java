package dev.sluice.diagnosis;

import java.lang.reflect.Modifier;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The catalogue: every [Fault] constant of every area, by code.
public final class Faults {
    private static final List<Class<?>> AREAS = List.of(
            AccessFaults.class,
            CaptureFaults.class,
            CertificateFaults.class,
            ConnectionFaults.class,
            ConsoleFaults.class,
            DataFaults.class,
            ActivityFaults.class,
            DocumentFaults.class,
            FolderFaults.class,
            DeployFaults.class,
            LogFaults.class,
            NodeFaults.class,
            NodeStateFaults.class,
            PreflightFaults.class,
            ProxyFaults.class,
            RunFaults.class,
            ServiceFaults.class,
            SsisCatalogFaults.class,
            SsisFaults.class,
            SsisRunFaults.class,
            TriggerFaults.class,
            UpdateFaults.class);

    private static final Map<String, Fault> BY_CODE = AREAS.stream()
            .flatMap(Faults::constants)
            .collect(Collectors.toUnmodifiableMap(Fault::code, Function.identity()));

    private Faults() {}

    /// All faults, by code.
    public static List<Fault> all() {
        return BY_CODE.values().stream()
                .sorted(Comparator.comparing(Fault::code))
                .toList();
    }

    /// The fault of a code that came over the wire; null when this version does not know it.
    public static @Nullable Fault byCode(String code) {
        return BY_CODE.get(code);
    }

    private static Stream<Fault> constants(Class<?> area) {
        return Stream.of(area.getDeclaredFields())
                .filter(f -> Modifier.isStatic(f.getModifiers()) && f.getType() == Fault.class)
                .map(f -> {
                    try {
                        return (Fault) f.get(null);
                    } catch (IllegalAccessException e) {
                        throw new IllegalStateException(f + " must be public", e);
                    }
                });
    }
}
