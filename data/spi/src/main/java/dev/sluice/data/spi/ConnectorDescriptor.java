package dev.sluice.data.spi;

import java.util.List;
import java.util.Set;

/// What the rest of the system knows about a connector without loading it. Type names are Data Factory's, compared
/// without regard to case.
///
/// @param name short name in messages and documentation, e.g. `PostgreSQL`
/// @param linkedServiceTypes e.g. `PostgreSqlV2`, `AzurePostgreSql`
/// @param datasetTypes dataset types (tables) or location types (files) it serves
/// @param sourceTypes source types (tables) or store read settings types (files)
/// @param sinkTypes sink types (tables) or store write settings types (files)
/// @param capabilities what contract tests may expect of it
/// @param fields the linked service's typeProperties it understands
public record ConnectorDescriptor(
        String name,
        Set<String> linkedServiceTypes,
        Set<String> datasetTypes,
        Set<String> sourceTypes,
        Set<String> sinkTypes,
        Set<Capability> capabilities,
        List<FieldDescriptor> fields) {

    /// One setting of a linked service.
    public record FieldDescriptor(String name, boolean required, boolean secret, String description) {}

    public ConnectorDescriptor {
        linkedServiceTypes = Set.copyOf(linkedServiceTypes);
        datasetTypes = Set.copyOf(datasetTypes);
        sourceTypes = Set.copyOf(sourceTypes);
        sinkTypes = Set.copyOf(sinkTypes);
        capabilities = Set.copyOf(capabilities);
        fields = List.copyOf(fields);
    }
}
