package dev.sluice.connectors.jdbc.systems;

import dev.sluice.connectors.jdbc.relational.Dialect;
import dev.sluice.connectors.jdbc.relational.DriverName;
import dev.sluice.connectors.jdbc.relational.LinkedServiceMembers;
import dev.sluice.connectors.jdbc.relational.Server;
import dev.sluice.connectors.jdbc.relational.StandardTypes;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Standard SQL over any driver. A URL's parameters can do anything with some drivers (run scripts, read files), so it
/// has none.
final class JdbcDialect implements Dialect {
    private static final Pattern URL = Pattern.compile("jdbc:[A-Za-z0-9]{1,40}:[A-Za-z0-9_.:/@\\-]{1,400}");
    private static final Pattern CLASS = Pattern.compile("[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)*");
    private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private static final Map<String, String> NAMES =
            LinkedServiceMembers.usualAnd(Map.of("url", "url", "driver", "driver", "driverfolder", "driverFolder"));

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "JDBC",
            Set.of("Jdbc"),
            Set.of("JdbcTable"),
            Set.of("JdbcSource"),
            Set.of("JdbcSink"),
            Dialect.capabilities(true, true),
            List.of(
                    new FieldDescriptor("url", true, false, "jdbc:…, without parameters"),
                    new FieldDescriptor("driver", true, false, "the driver's class"),
                    new FieldDescriptor("driverFolder", false, false, "its folder among the node's folders of drivers"),
                    new FieldDescriptor("username", false, false, "user to log in as"),
                    new FieldDescriptor("password", false, true, "the user's password"),
                    new FieldDescriptor("commandTimeout", false, false, "seconds for a single statement")));

    private final DriverName driver;

    JdbcDialect() {
        this(DriverName.toBeAdded("java.sql.Driver", "jdbc", "the driver's own site"));
    }

    private JdbcDialect(DriverName driver) {
        this.driver = driver;
    }

    @Override
    public String name() {
        return "JDBC";
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Dialect of(Endpoint endpoint) {
        LinkedServiceMembers m = LinkedServiceMembers.of(endpoint, NAMES);
        String className = m.settings().requiredText("driver");
        String folder =
                m.settings().text("driverFolder").filter(f -> !f.isBlank()).orElse("jdbc");
        if (!CLASS.matcher(className).matches()) {
            throw m.invalid("driver", "it must be the name of a class");
        }
        if (!FOLDER.matcher(folder).matches()) {
            throw m.invalid("driverFolder", "it must be the name of one folder");
        }
        return new JdbcDialect(DriverName.toBeAdded(className, folder, "the driver's own site"));
    }

    @Override
    public DriverName driver() {
        return driver;
    }

    @Override
    public Server server(Endpoint endpoint) {
        LinkedServiceMembers m = LinkedServiceMembers.of(endpoint, NAMES);
        String url = m.settings().requiredText("url");
        if (!URL.matcher(url).matches()) {
            throw m.invalid("url", "it must be jdbc:SYSTEM:… without parameters");
        }
        return Server.of(m, url, url, 0, url.substring(url.lastIndexOf('/') + 1), Map.of());
    }

    @Override
    public String declared(DataType type) {
        return type.kind() == DataType.Kind.GUID ? "UUID" : StandardTypes.declared(type);
    }
}
