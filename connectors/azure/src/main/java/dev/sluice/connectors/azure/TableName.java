package dev.sluice.connectors.azure;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import java.util.regex.Pattern;

/// Which table is meant; names that the service would refuse are refused here.
final class TableName {
    private static final Pattern VALID = Pattern.compile("[A-Za-z][A-Za-z0-9]{2,62}");

    private TableName() {}

    static String of(Endpoint endpoint) {
        Settings dataset = endpoint.dataset();
        String name = dataset.requiredText("tableName").strip();
        if (!isValid(name)) {
            throw dataset.wrong(
                    "tableName", name, "the name of a table: 3 to 63 letters and digits, a letter in front");
        }
        return name;
    }

    static boolean isValid(String name) {
        return VALID.matcher(name).matches();
    }
}
