package dev.sluice.ssis.engine.connection;

import java.util.Properties;

/// Where and how a driver connects.
///
/// @param url without user and password
/// @param properties user, password and settings of the driver
/// @param place host, port, file: for messages
record Address(Product product, String url, Properties properties, Place place) {
    /// @param host empty for a file
    /// @param port as written; empty for the product's own
    record Place(String host, String port, String database) {
        String shown() {
            return host.isEmpty() ? database : port.isEmpty() ? host : host + ":" + port;
        }
    }

    /// The password is not printed.
    @Override
    public String toString() {
        return product.title() + " " + place.shown();
    }
}
