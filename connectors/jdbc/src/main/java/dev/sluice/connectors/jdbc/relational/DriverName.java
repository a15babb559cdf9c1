package dev.sluice.connectors.jdbc.relational;

/// A JDBC driver.
///
/// @param className of its [java.sql.Driver]
/// @param folder name of its folder below the drivers' folders
/// @param coordinates where it can be had: `group:artifact` on Maven Central, or in words
/// @param shipped whether it comes with the product
public record DriverName(String className, String folder, String coordinates, boolean shipped) {
    public static DriverName shipped(String className, String coordinates) {
        return new DriverName(className, coordinates.substring(coordinates.indexOf(':') + 1), coordinates, true);
    }

    public static DriverName toBeAdded(String className, String folder, String coordinates) {
        return new DriverName(className, folder, coordinates, false);
    }
}
