package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.AccountSettings.Service;
import dev.sluice.connectors.azure.TableLine.Question;
import dev.sluice.connectors.azure.TableProblems.Action;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Azure Table Storage, and what speaks its protocol (Azurite, Cosmos DB for Table). A table has no columns
/// but its keys: a source shows those that the first entities have, a sink takes what comes and creates a
/// table that is missing, as Data Factory's does.
public final class AzureTableConnector implements TableConnector {
    /// The table of a signature for one.
    private static final Pattern ONE_TABLE = Pattern.compile("(?:^|&)tn=([A-Za-z0-9]{3,63})(?:&|$)");

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Azure Table Storage",
            Set.of("AzureTableStorage", "AzureStorage"),
            Set.of("AzureTable"),
            Set.of("AzureTableSource"),
            Set.of("AzureTableSink"),
            Set.of(Capability.READ, Capability.WRITE, Capability.PARALLEL_WRITE, Capability.AUTO_CREATE),
            List.of(
                    new FieldDescriptor(
                            "connectionString",
                            false,
                            true,
                            "DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…;EndpointSuffix=core.windows.net,"
                                    + " or with TableEndpoint and SharedAccessSignature, or UseDevelopmentStorage=true"),
                    new FieldDescriptor(
                            "accountKey", false, true, "the key, where the connection string does not hold it"),
                    new FieldDescriptor(
                            "sasUri", false, true, "address of account or table with a shared access signature"),
                    new FieldDescriptor("sasToken", false, true, "the signature, where sasUri does not hold it"),
                    new FieldDescriptor(
                            "serviceEndpoint",
                            false,
                            false,
                            "https://ACCOUNT.table.core.windows.net, together with accountKey, sasToken or an"
                                    + " identity"),
                    new FieldDescriptor(
                            "authenticationType",
                            false,
                            false,
                            "AccountKey, SasUri, ServicePrincipal or Msi; found out if absent"),
                    new FieldDescriptor("servicePrincipalId", false, false, "an application's id"),
                    new FieldDescriptor("servicePrincipalKey", false, true, "the application's secret"),
                    new FieldDescriptor("tenant", false, false, "the application's tenant"),
                    new FieldDescriptor(
                            "azureCloudType",
                            false,
                            false,
                            "AzurePublic, AzureChina, AzureUsGovernment or AzureGermany: the default endpoint"
                                    + " suffix")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public void test(Endpoint endpoint, JobContext job) throws IOException {
        AzureAccount account = new AccountSettings(endpoint, Service.TABLE).read();
        String table = account.credential() instanceof AzureAccount.Sas sas ? only(sas) : "";
        try (TableLine line = line(endpoint, account, table, job)) {
            line.ask(new Question(
                    "GET",
                    table.isEmpty() ? "/Tables?$top=1" : "/" + table + "()?$top=1",
                    Map.of(),
                    null,
                    Action.TEST));
        }
    }

    private static String only(AzureAccount.Sas sas) {
        Matcher m = ONE_TABLE.matcher(sas.token().reveal());
        return m.find() ? m.group(1) : "";
    }

    private static TableLine line(Endpoint endpoint, AzureAccount account, String table, JobContext job) {
        return new TableLine(
                account, new TableProblems(endpoint.side(), endpoint.linkedServiceName(), account, table), job);
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        AzureAccount account = new AccountSettings(endpoint, Service.TABLE).read();
        String table = TableName.of(endpoint);
        try {
            return new EntitySource(endpoint, table, () -> line(endpoint, account, table, job), job);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        AzureAccount account = new AccountSettings(endpoint, Service.TABLE).read();
        String table = TableName.of(endpoint);
        TableLine line = line(endpoint, account, table, job);
        boolean good = false;
        try {
            Sink sink = new EntitySink(endpoint, table, line, job);
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
