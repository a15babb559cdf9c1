package dev.sluice.data.spi;

/// A JDBC driver that does not come with the product and that a connector needs.
///
/// @param folder its name below the folders of drivers: `ojdbc`
/// @param className of its `java.sql.Driver`
/// @param coordinates where it can be had: `group:artifact` on Maven Central, or in words
public record DriverNeed(String folder, String className, String coordinates) {}
