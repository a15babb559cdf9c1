package dev.sluice.ssis.catalog;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/// A permission on something in the catalog, with SSISDB's codes and names (`catalog.grant_permission`). Those from 100
/// on are a folder's: what is given there holds for everything in it.
public enum Right {
    READ(1),
    MODIFY(2),
    EXECUTE(3),
    MANAGE_PERMISSIONS(4),
    CREATE_OBJECTS(100),
    READ_OBJECTS(101),
    MODIFY_OBJECTS(102),
    EXECUTE_OBJECTS(103),
    MANAGE_OBJECT_PERMISSIONS(104);

    private final int code;

    Right(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /// By name, without regard to case, or by code.
    public static Optional<Right> of(String text) {
        return Stream.of(values())
                .filter(r -> r.name().equalsIgnoreCase(text)
                        || String.valueOf(r.code).equals(text))
                .findFirst();
    }

    /// The folder's permission that holds for what lies in it.
    public Optional<Right> inherited() {
        return switch (this) {
            case READ -> Optional.of(READ_OBJECTS);
            case MODIFY -> Optional.of(MODIFY_OBJECTS);
            case EXECUTE -> Optional.of(EXECUTE_OBJECTS);
            case MANAGE_PERMISSIONS -> Optional.of(MANAGE_OBJECT_PERMISSIONS);
            case CREATE_OBJECTS, READ_OBJECTS, MODIFY_OBJECTS, EXECUTE_OBJECTS, MANAGE_OBJECT_PERMISSIONS ->
                Optional.empty();
        };
    }

    /// What somebody was given or denied.
    ///
    /// @param code of the permission
    public record Said(int code, boolean denied) {}

    /// Whether what was said of one principal allows this. What is denied, on the object or on its folder, counts
    /// before what is given.
    ///
    /// @param onObject said on the object itself
    /// @param onFolder said on the folder it lies in; none for a folder
    /// @return empty when nothing was said
    public Optional<Boolean> decided(Collection<Said> onObject, Collection<Said> onFolder) {
        int folders = inherited().map(Right::code).orElse(0);
        return Stream.concat(
                        onObject.stream().filter(s -> s.code() == code),
                        onFolder.stream().filter(s -> s.code() == folders))
                .map(s -> !s.denied())
                .reduce(Boolean::logicalAnd);
    }
}
