package dev.sluice.cli;

import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;

/// What nearly every command does: ask a service about a factory, and show what it says.
///
/// @param factory its name; empty for questions about all of them
record Asking(ServiceOptions service, String factory) {
    static Asking of(ServiceOptions service, ResourceCommands.FactoryOption factory) {
        return new Asking(service, factory.required());
    }

    /// Asks and prints the answer.
    ///
    /// @return the exit code
    int show(
            PrintWriter out,
            Output.Form form,
            List<Table.Column> columns,
            BiFunction<ServiceClient, FactoryPaths, JsonNode> question) {
        try (ServiceClient client = service.client()) {
            Output.print(form, out, question.apply(client, service.factory(factory)), columns);
            return 0;
        }
    }

    /// Asks for something to be done, of which there is nothing to show.
    ///
    /// @return the exit code
    int tell(BiConsumer<ServiceClient, FactoryPaths> request) {
        try (ServiceClient client = service.client()) {
            request.accept(client, service.factory(factory));
            return 0;
        }
    }
}
