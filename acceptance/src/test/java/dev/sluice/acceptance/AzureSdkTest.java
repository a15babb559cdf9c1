package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.rest.PagedIterable;
import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.management.profile.AzureProfile;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.resourcemanager.datafactory.DataFactoryManager;
import com.azure.resourcemanager.datafactory.models.CopyActivity;
import com.azure.resourcemanager.datafactory.models.DatasetReference;
import com.azure.resourcemanager.datafactory.models.DelimitedTextDataset;
import com.azure.resourcemanager.datafactory.models.DelimitedTextSink;
import com.azure.resourcemanager.datafactory.models.DelimitedTextSource;
import com.azure.resourcemanager.datafactory.models.Factory;
import com.azure.resourcemanager.datafactory.models.FileServerLinkedService;
import com.azure.resourcemanager.datafactory.models.FileServerLocation;
import com.azure.resourcemanager.datafactory.models.IntegrationRuntimeResource;
import com.azure.resourcemanager.datafactory.models.IntegrationRuntimeState;
import com.azure.resourcemanager.datafactory.models.LinkedServiceReference;
import com.azure.resourcemanager.datafactory.models.PipelineResource;
import com.azure.resourcemanager.datafactory.models.PipelineRun;
import com.azure.resourcemanager.datafactory.models.RunFilterParameters;
import com.azure.resourcemanager.datafactory.models.RunQueryFilter;
import com.azure.resourcemanager.datafactory.models.RunQueryFilterOperand;
import com.azure.resourcemanager.datafactory.models.RunQueryFilterOperator;
import com.azure.resourcemanager.datafactory.models.SecureString;
import com.azure.resourcemanager.datafactory.models.SelfHostedIntegrationRuntime;
import com.azure.resourcemanager.datafactory.models.WaitActivity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The Azure SDK for Java does not notice that it talks to Sluice: a service principal signs in at the built-in token
/// endpoint, creates everything, runs it, looks at it, cancels, and deletes it again.
@ExtendWith(Stage.class)
class AzureSdkTest {
    private static final String GROUP = "java";
    private static final String FACTORY = "azure-sdk";
    private static final String SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed", "Cancelled");

    private DataFactoryManager azure;
    private Path files;

    @BeforeEach
    void signIn(Installation installation) {
        Installation.Principal principal = installation.principal("java");
        String url = installation.url();
        HttpClient http =
                new JdkHttpClientBuilder(java.net.http.HttpClient.newBuilder().sslContext(installation.tls())).build();
        AzureEnvironment environment = new AzureEnvironment(Map.of(
                "activeDirectoryEndpointUrl", url + "/",
                "managementEndpointUrl", url + "/",
                "resourceManagerEndpointUrl", url + "/"));
        azure = DataFactoryManager.configure()
                .withHttpClient(http)
                .withScope(url + "/.default")
                .authenticate(
                        new ClientSecretCredentialBuilder()
                                .tenantId(principal.tenant())
                                .clientId(principal.id())
                                .clientSecret(principal.secret())
                                .authorityHost(url)
                                .disableInstanceDiscovery()
                                .httpClient(http)
                                .build(),
                        new AzureProfile(principal.tenant(), SUBSCRIPTION, environment));
        files = installation.files("azure-sdk");
    }

    @Test
    void a_factory_lives_its_whole_life() throws Exception {
        Factory factory = azure.factories()
                .define(FACTORY)
                .withRegion("local")
                .withExistingResourceGroup(GROUP)
                .withTags(Map.of("team", "java"))
                .create();
        assertThat(factory.provisioningState()).isEqualTo("Succeeded");
        assertThat(factory.update().withTags(Map.of("team", "data")).apply().tags())
                .containsExactly(Map.entry("team", "data"));
        assertThat(azure.factories().listByResourceGroup(GROUP).stream().map(Factory::name))
                .containsExactly(FACTORY);
        runtime();
        stores();
        runs();
        refusals();
        cleanUp();
    }

    private void runtime() {
        IntegrationRuntimeResource runtime = azure.integrationRuntimes()
                .define("mine")
                .withExistingFactory(GROUP, FACTORY)
                .withProperties(new SelfHostedIntegrationRuntime().withDescription("ours"))
                .create();
        assertThat(runtime.etag()).isNotEmpty();
        assertThat(azure.integrationRuntimes()
                        .listAuthKeys(GROUP, FACTORY, "mine")
                        .authKey1())
                .startsWith("IR@");
        assertThat(azure.integrationRuntimes()
                        .getStatus(GROUP, FACTORY, "mine")
                        .properties()
                        .state())
                .isEqualTo(IntegrationRuntimeState.NEED_REGISTRATION);
    }

    private void stores() throws Exception {
        Files.writeString(files.resolve("in.csv"), "a,b\n1,x\n2,y\n");
        azure.linkedServices()
                .define("files")
                .withExistingFactory(GROUP, FACTORY)
                .withProperties(new FileServerLinkedService()
                        .withHost(files.toString())
                        .withUserId("u")
                        .withPassword(new SecureString().withValue("pw")))
                .create();
        for (String name : List.of("in", "out")) {
            azure.datasets()
                    .define(name)
                    .withExistingFactory(GROUP, FACTORY)
                    .withProperties(new DelimitedTextDataset()
                            .withLinkedServiceName(new LinkedServiceReference().withReferenceName("files"))
                            .withLocation(new FileServerLocation().withFileName(name + ".csv"))
                            .withFirstRowAsHeader(true))
                    .create();
        }
        assertThat(azure.datasets().get(GROUP, FACTORY, "in").properties()).isInstanceOf(DelimitedTextDataset.class);
        PipelineResource copy = azure.pipelines()
                .define("copy")
                .withExistingFactory(GROUP, FACTORY)
                .withActivities(List.of(new CopyActivity()
                        .withName("copy")
                        .withInputs(List.of(new DatasetReference().withReferenceName("in")))
                        .withOutputs(List.of(new DatasetReference().withReferenceName("out")))
                        .withSource(new DelimitedTextSource())
                        .withSink(new DelimitedTextSink())))
                .create();
        assertThat(copy.activities()).singleElement().isInstanceOf(CopyActivity.class);
        azure.pipelines()
                .define("wait")
                .withExistingFactory(GROUP, FACTORY)
                .withActivities(List.of(new WaitActivity().withName("wait").withWaitTimeInSeconds(600)))
                .create();
    }

    private void runs() throws Exception {
        String run = azure.pipelines().createRun(GROUP, FACTORY, "copy").runId();
        assertThat(ended(run).status()).isEqualTo("Succeeded");
        assertThat(files.resolve("out.csv")).content().contains("\"2\",\"y\"");
        RunFilterParameters window = new RunFilterParameters()
                .withLastUpdatedAfter(OffsetDateTime.now().minusHours(1))
                .withLastUpdatedBefore(OffsetDateTime.now().plusHours(1));
        assertThat(azure.activityRuns()
                        .queryByPipelineRun(GROUP, FACTORY, run, window)
                        .value())
                .singleElement()
                .satisfies(a ->
                        assertThat(((Map<?, ?>) a.output()).get("rowsCopied")).isEqualTo(2));
        window.withFilters(List.of(new RunQueryFilter()
                .withOperand(RunQueryFilterOperand.PIPELINE_NAME)
                .withOperator(RunQueryFilterOperator.EQUALS)
                .withValues(List.of("copy"))));
        assertThat(azure.pipelineRuns().queryByFactory(GROUP, FACTORY, window).value())
                .extracting(PipelineRun::runId)
                .containsExactly(run);
        String waiting = azure.pipelines().createRun(GROUP, FACTORY, "wait").runId();
        azure.pipelineRuns().cancel(GROUP, FACTORY, waiting);
        assertThat(ended(waiting).status()).isEqualTo("Cancelled");
    }

    private PipelineRun ended(String run) {
        return Eventually.value(
                "the run ends",
                () -> azure.pipelineRuns().get(GROUP, FACTORY, run),
                found -> ENDED.contains(found.status()));
    }

    private void refusals() {
        assertThatThrownBy(() -> azure.datasets().get(GROUP, FACTORY, "none"))
                .isInstanceOfSatisfying(ManagementException.class, e -> {
                    assertThat(e.getResponse().getStatusCode()).isEqualTo(404);
                    assertThat(e.getValue().getCode()).isEqualTo("ResourceNotFound");
                    assertThat(e.getValue().getMessage()).contains("none");
                });
        assertThatThrownBy(() -> azure.linkedServices().delete(GROUP, FACTORY, "files"))
                .isInstanceOfSatisfying(
                        ManagementException.class,
                        e -> assertThat(e.getValue().getMessage())
                                .contains("in")
                                .contains("out"));
    }

    private void cleanUp() {
        for (String pipeline : List.of("copy", "wait")) {
            azure.pipelines().delete(GROUP, FACTORY, pipeline);
        }
        for (String dataset : List.of("in", "out")) {
            azure.datasets().delete(GROUP, FACTORY, dataset);
        }
        azure.linkedServices().delete(GROUP, FACTORY, "files");
        azure.integrationRuntimes().delete(GROUP, FACTORY, "mine");
        PagedIterable<PipelineResource> left = azure.pipelines().listByFactory(GROUP, FACTORY);
        assertThat(left.stream()).isEmpty();
        azure.factories().deleteByResourceGroup(GROUP, FACTORY);
        assertThatThrownBy(() -> azure.factories().getByResourceGroup(GROUP, FACTORY))
                .isInstanceOf(ManagementException.class);
    }
}
