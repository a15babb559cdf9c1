package dev.sluice.node.agent.job;

import dev.sluice.data.spi.Settings;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.web.Identity;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Web services of Machine Learning Studio (classic): a batch of its Batch Execution Service, or a trained model put in
/// the place of another (`Update Resource`). A model of a service of the resource manager is an asset of its document;
/// that of a classic endpoint is sent to the endpoint itself.
final class MachineLearningStudio implements RemoteJob.Service {
    private static final List<String> STATES = List.of("NotStarted", "Running", "Failed", "Cancelled", "Finished");
    private static final Set<String> ENDED = Set.of("Failed", "Cancelled", "Finished");
    private static final String VERSION = "api-version=2.0";

    private final JobDocuments documents;
    private final JobSpec spec;
    private final Place properties;
    private final Settings service;

    MachineLearningStudio(JobDocuments documents) {
        this.documents = documents;
        this.spec = documents.spec();
        this.properties = documents.json();
        this.service = documents.typeProperties("linkedService", documents.service());
    }

    private boolean updates() {
        return spec.kind().equalsIgnoreCase("AzureMLUpdateResource");
    }

    /// The address without its query, which each call has of its own.
    URI root() {
        URI url = WebSettings.url(service, updates() ? "updateResourceEndpoint" : "mlEndpoint");
        return URI.create(url.toString().replaceAll("[?#].*", ""));
    }

    /// Whether the service is a resource of Azure's resource manager.
    private boolean managed() {
        return root().getPath() != null
                && root().getPath().toLowerCase(Locale.ROOT).contains("/providers/microsoft.machinelearning/");
    }

    Identity identity() {
        return updates() && managed()
                ? MachineLearningPipeline.identity(service)
                : new Identity.Bearer(WebSettings.plain(service, "apiKey"));
    }

    @Override
    public String name() {
        return "Machine Learning Studio";
    }

    @Override
    public String submit(RemoteJob.Caller caller) throws InterruptedException {
        return updates() ? update(caller) : batch(caller);
    }

    private String batch(RemoteJob.Caller caller) throws InterruptedException {
        ObjectNode request = Json.object();
        files(caller, request, "webServiceInputs", "Inputs");
        files(caller, request, "webServiceOutputs", "Outputs");
        Place parameters = properties.member("globalParameters");
        request.set("GlobalParameters", parameters.present() ? parameters.json() : Json.object());
        String job = caller.post("?" + VERSION, request).asString("");
        if (!job.matches("[A-Za-z0-9_-]{1,100}")) {
            throw caller.unexpected("no id of a job was answered");
        }
        caller.send("POST", "/" + job + "/start?" + VERSION, "");
        return job;
    }

    private void files(RemoteJob.Caller caller, ObjectNode request, String from, String into) {
        ObjectNode files = Json.object();
        properties
                .member(from)
                .members()
                .forEach((name, file) -> files.set(
                        name,
                        storage(
                                        caller,
                                        file.at("linkedServiceName", "referenceName")
                                                .requiredText())
                                .byConnection(file.member("filePath").requiredText())));
        if (!files.isEmpty()) {
            request.set(into, files);
        }
    }

    private StudioStorage storage(RemoteJob.Caller caller, String name) {
        return new StudioStorage(documents.typeProperties("linkedService", documents.service(name)), caller.client());
    }

    private String update(RemoteJob.Caller caller) throws InterruptedException {
        String model = properties.member("trainedModelName").requiredText();
        ObjectNode location = storage(
                        caller,
                        properties
                                .at("trainedModelLinkedServiceName", "referenceName")
                                .requiredText())
                .byLink(
                        properties.member("trainedModelFilePath").requiredText(),
                        documents.conditions().clock().instant(),
                        caller.client());
        if (managed()) {
            updateAsset(caller, model, location);
        } else {
            ObjectNode request = Json.object();
            ObjectNode resource = request.putArray("Resources").addObject().put("Name", model);
            resource.set("Location", location);
            caller.send("PATCH", query("PATCH"), Json.write(request));
        }
        return model;
    }

    /// The query that the address has itself, or else the one that its kind needs.
    private String query(String method) {
        String query = WebSettings.url(service, "updateResourceEndpoint").getRawQuery();
        return query != null ? "?" + query : managed() || method.equals("GET") ? "?api-version=2017-01-01" : "";
    }

    private void updateAsset(RemoteJob.Caller caller, String model, ObjectNode location) throws InterruptedException {
        JsonNode assets = caller.get(query("GET")).path("properties").path("assets");
        for (Map.Entry<String, JsonNode> asset : assets.properties()) {
            if (asset.getValue().path("name").asString("").equalsIgnoreCase(model)) {
                ObjectNode changed = Json.object();
                changed.put("name", asset.getValue().path("name").asString(""));
                changed.put("type", "Resource");
                changed.putObject("locationInfo")
                        .put(
                                "uri",
                                location.path("BaseLocation").asString("")
                                        + location.path("RelativeLocation").asString(""))
                        .put("credentials", location.path("SasBlobToken").asString(""));
                ObjectNode request = Json.object();
                request.putObject("properties").putObject("assets").set(asset.getKey(), changed);
                caller.send("PATCH", query("PATCH"), Json.write(request));
                return;
            }
        }
        throw properties.member("trainedModelName").invalid("the name of one of the web service's trained models");
    }

    @Override
    public RemoteJob.State state(RemoteJob.Caller caller, String job) throws InterruptedException {
        if (updates()) {
            return updated(caller, job);
        }
        JsonNode told = caller.get("/" + job + "?" + VERSION);
        String word = word(told.path("StatusCode"));
        ObjectNode output = Json.object().put("jobId", job);
        ObjectNode results = output.putObject("results");
        told.path("Results")
                .properties()
                .forEach(result -> results.putObject(result.getKey())
                        .put(
                                "baseLocation",
                                result.getValue().path("BaseLocation").asString(""))
                        .put(
                                "relativeLocation",
                                result.getValue().path("RelativeLocation").asString("")));
        return new RemoteJob.State(
                ENDED.contains(word),
                word.equals("Finished"),
                word,
                told.path("Details").asString(""),
                output);
    }

    /// The state's name, which older services tell as a number.
    private static String word(JsonNode code) {
        int number = code.isInt() ? code.intValue() : -1;
        return number >= 0 && number < STATES.size() ? STATES.get(number) : code.asString("");
    }

    private RemoteJob.State updated(RemoteJob.Caller caller, String model) throws InterruptedException {
        ObjectNode output = Json.object().put("trainedModelName", model);
        if (!managed()) {
            return new RemoteJob.State(true, true, "Updated", "", output);
        }
        String word = caller.get(query("GET"))
                .path("properties")
                .path("provisioningState")
                .asString("");
        return new RemoteJob.State(
                Set.of("succeeded", "failed", "canceled").contains(word.toLowerCase(Locale.ROOT)),
                word.equalsIgnoreCase("Succeeded"),
                word,
                "",
                output);
    }

    /// A batch is deleted, which ends it; a model that has been sent is not taken back.
    @Override
    public void cancel(RemoteJob.Caller caller, String job) throws InterruptedException {
        if (!updates()) {
            caller.send("DELETE", "/" + job + "?" + VERSION, "");
        }
    }
}
