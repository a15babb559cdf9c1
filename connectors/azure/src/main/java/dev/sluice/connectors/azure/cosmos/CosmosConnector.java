package dev.sluice.connectors.azure.cosmos;

import dev.sluice.connectors.azure.cosmos.CosmosLine.Question;
import dev.sluice.connectors.azure.cosmos.CosmosProblems.Action;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.diagnosis.DocumentFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/// Azure Cosmos DB for NoSQL: containers of documents.
public final class CosmosConnector implements TableConnector {
    private static final int CONNECTIONS = 64;

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Azure Cosmos DB for NoSQL",
            Set.of("CosmosDb"),
            Set.of("CosmosDbSqlApiCollection", "DocumentDbCollection"),
            Set.of("CosmosDbSqlApiSource", "DocumentDbCollectionSource"),
            Set.of("CosmosDbSqlApiSink", "DocumentDbCollectionSink"),
            Set.of(Capability.READ, Capability.WRITE, Capability.SPLIT, Capability.PARALLEL_WRITE, Capability.TREES),
            List.of(
                    new FieldDescriptor(
                            "connectionString",
                            false,
                            true,
                            "AccountEndpoint=https://ACCOUNT.documents.azure.com:443/;AccountKey=…;Database=…"),
                    new FieldDescriptor(
                            "accountEndpoint", false, false, "the address, where no connection string has it"),
                    new FieldDescriptor("accountKey", false, true, "a key of the account, likewise"),
                    new FieldDescriptor("database", false, false, "the database, likewise"),
                    new FieldDescriptor("servicePrincipalId", false, false, "an application's id, instead of a key"),
                    new FieldDescriptor("servicePrincipalCredentialType", false, false, "only ServicePrincipalKey"),
                    new FieldDescriptor("servicePrincipalCredential", false, true, "the application's secret"),
                    new FieldDescriptor("tenant", false, false, "the application's tenant"),
                    new FieldDescriptor(
                            "azureCloudType",
                            false,
                            false,
                            "where the application logs in: AzurePublic, AzureChina, AzureUsGovernment or"
                                    + " AzureGermany"),
                    new FieldDescriptor("connectionMode", false, false, "accepted; the gateway is used in any case")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void test(Endpoint endpoint, JobContext job) throws IOException {
        CosmosAccount account = CosmosAccount.of(endpoint);
        try (CosmosLine line = line(endpoint, account, "", job)) {
            int status = line.ask(Question.get("dbs", "dbs/" + account.database(), Action.TEST), Set.of(404), 0)
                    .status();
            if (status == 404) {
                throw line.problems().databaseMissing();
            }
        }
    }

    private static CosmosLine line(Endpoint endpoint, CosmosAccount account, String container, JobContext job) {
        int connections = endpoint.activity()
                .number("maxConcurrentConnections", 1, 1_000)
                .orElse((long) CONNECTIONS)
                .intValue();
        return new CosmosLine(account, new CosmosProblems(endpoint.side(), account, container), connections, job);
    }

    private static String container(Endpoint endpoint) {
        return endpoint.dataset().requiredText("collectionName").strip();
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        Settings activity = endpoint.activity();
        CosmosAccount account = CosmosAccount.of(endpoint);
        String name = container(endpoint);
        DocumentQuery query = DocumentQuery.of(activity);
        // Texts stay texts, as they are stored; the sink's columns make dates of them.
        activity.flag("detectDatetime", true);
        refuseSeparator(activity);
        List<String> regions =
                activity.list("preferredRegions").stream().map(String::valueOf).toList();
        try (CosmosLine line = line(endpoint, account, name, job)) {
            Container container = Container.of(line, name, Action.READ);
            List<Container.Range> ranges = container.ranges(line);
            if (ranges.size() > 1) {
                query.check(container, line);
            }
            CosmosAccount near = account.at(Container.nearest(line, regions));
            return new CosmosSource(
                    ranges,
                    range -> new DocumentPages(line(endpoint, near, name, job), container, range, query, job.memory()),
                    endpoint.trees(),
                    name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void refuseSeparator(Settings activity) {
        if (activity.text("nestingSeparator").filter(s -> !s.isEmpty()).isPresent()) {
            throw DocumentFaults.SETTING_UNSUPPORTED
                    .problem()
                    .at(activity.pointer() + "/nestingSeparator")
                    .evidence("member", "nestingSeparator")
                    .evidence("detail", "a source does not flatten documents by a separator")
                    .evidence("advice", "leave it empty, and map nested members by their paths")
                    .exception();
        }
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        CosmosAccount account = CosmosAccount.of(endpoint);
        String name = container(endpoint);
        CosmosLine line = line(endpoint, account, name, job);
        boolean good = false;
        try {
            Sink sink = new CosmosSink(line, Container.of(line, name, Action.WRITE), endpoint, job);
            good = true;
            return sink;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!good) {
                line.close();
            }
        }
    }
}
