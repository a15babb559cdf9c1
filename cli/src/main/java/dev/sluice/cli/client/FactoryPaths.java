package dev.sluice.cli.client;

/// Paths of one factory's resources, as Azure Resource Manager spells them.
public record FactoryPaths(String subscription, String resourceGroup, String factory) {
    public static final String DEFAULT_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
    public static final String DEFAULT_GROUP = "sluice";

    public FactoryPaths(String factory) {
        this(DEFAULT_SUBSCRIPTION, DEFAULT_GROUP, factory);
    }

    public String factories() {
        return "/subscriptions/" + ServiceClient.segment(subscription) + "/resourceGroups/"
                + ServiceClient.segment(resourceGroup) + "/providers/Microsoft.DataFactory/factories";
    }

    public String root() {
        return factories() + "/" + ServiceClient.segment(factory);
    }

    /// @param type `pipelines`, `datasets`, `linkedservices`, `integrationRuntimes`
    public String all(String type) {
        return root() + "/" + type;
    }

    public String one(String type, String name) {
        return all(type) + "/" + ServiceClient.segment(name);
    }

    public String run(String runId) {
        return root() + "/pipelineruns/" + ServiceClient.segment(runId);
    }
}
