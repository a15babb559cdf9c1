package dev.sluice.ssis.packages;

/// The password a package or project was protected with. Never printed or compared.
public record PackagePassword(String value) {
    /// For packages that need none.
    public static final PackagePassword NONE = new PackagePassword("");

    public boolean given() {
        return !value.isEmpty();
    }

    @Override
    public String toString() {
        return "**********";
    }
}
