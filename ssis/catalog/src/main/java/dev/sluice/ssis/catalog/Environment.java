package dev.sluice.ssis.catalog;

import dev.sluice.ssis.packages.VariantType;
import java.util.List;
import java.util.Optional;

/// Variables whose values parameters can take, exchanged as a whole: development, test, production.
public record Environment(String folder, String name, List<Variable> variables) {
    public Environment {
        variables = List.copyOf(variables);
    }

    public record Variable(String name, VariantType type, Setting value, String description) {
        public boolean sensitive() {
            return value.secret();
        }
    }

    /// Names are compared without regard to case, as SSISDB's collation does.
    public Optional<Variable> variable(String wanted) {
        return variables.stream().filter(v -> v.name().equalsIgnoreCase(wanted)).findFirst();
    }
}
