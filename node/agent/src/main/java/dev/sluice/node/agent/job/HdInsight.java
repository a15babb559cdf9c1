package dev.sluice.node.agent.job;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.web.Identity;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Hive, Pig, MapReduce and streaming jobs on HDInsight through WebHCat (`/templeton/v1`), Spark jobs through Livy.
/// Scripts, jars and files lie in the storage that the activity names, or that the cluster has; their paths begin with
/// the container.
final class HdInsight implements RemoteJob.Service {
    private static final Pattern ACCOUNT = Pattern.compile("(?i)(?:^|;)\\s*AccountName\\s*=\\s*([^;]+)");
    private static final Set<String> LIVY_ENDED = Set.of("success", "dead", "killed", "error");

    private final JobDocuments documents;
    private final JobSpec spec;
    private final Place properties;
    private final Settings cluster;

    HdInsight(JobDocuments documents) {
        this.documents = documents;
        this.spec = documents.spec();
        this.properties = documents.json();
        this.cluster = documents.typeProperties("linkedService", documents.service());
    }

    URI root() {
        return WebSettings.url(cluster, "clusterUri");
    }

    Identity identity() {
        return new Identity.Basic(user(), WebSettings.plain(cluster, "password"));
    }

    private String user() {
        return cluster.requiredText("userName");
    }

    @Override
    public String name() {
        return "HDInsight";
    }

    private boolean isSpark() {
        return spec.kind().equalsIgnoreCase("HDInsightSpark");
    }

    @Override
    public String submit(RemoteJob.Caller caller) throws InterruptedException {
        if (isSpark()) {
            return caller.post("/livy/batches", spark()).path("id").asString("");
        }
        List<Map.Entry<String, String>> form = new ArrayList<>();
        form.add(Map.entry("user.name", user()));
        String path = switch (spec.kind().toLowerCase(Locale.ROOT)) {
            case "hdinsighthive" -> hive(form);
            case "hdinsightpig" -> pig(form);
            case "hdinsightmapreduce" -> mapReduce(form);
            default -> streaming(form);
        };
        form.add(Map.entry("statusdir", "/adfjobs/" + spec.activityRunId()));
        return caller.form("/templeton/v1/" + path, form).path("id").asString("");
    }

    private String hive(List<Map.Entry<String, String>> form) {
        form.add(Map.entry("file", file("scriptPath", "scriptLinkedService")));
        properties
                .member("defines")
                .members()
                .forEach((name, value) ->
                        form.add(Map.entry("define", name + "=" + value.json().asString(""))));
        arguments(form);
        return "hive";
    }

    private String pig(List<Map.Entry<String, String>> form) {
        form.add(Map.entry("file", file("scriptPath", "scriptLinkedService")));
        properties.member("defines").members().forEach((name, value) -> {
            form.add(Map.entry("arg", "-param"));
            form.add(Map.entry("arg", name + "=" + value.json().asString("")));
        });
        arguments(form);
        return "pig";
    }

    private String mapReduce(List<Map.Entry<String, String>> form) {
        form.add(Map.entry("jar", file("jarFilePath", "jarLinkedService")));
        form.add(Map.entry("class", properties.member("className").requiredText()));
        List<String> jars = new ArrayList<>();
        properties.member("jarLibs").items().forEach(jar -> jars.add(located(jar.requiredText(), "jarLinkedService")));
        if (!jars.isEmpty()) {
            form.add(Map.entry("libjars", String.join(",", jars)));
        }
        defines(form);
        arguments(form);
        return "mapreduce/jar";
    }

    private String streaming(List<Map.Entry<String, String>> form) {
        for (String member : List.of("mapper", "reducer", "input", "output")) {
            form.add(Map.entry(member, properties.member(member).requiredText()));
        }
        properties.member("combiner").text().ifPresent(text -> form.add(Map.entry("combiner", text)));
        properties
                .member("filePaths")
                .items()
                .forEach(path -> form.add(Map.entry("file", located(path.requiredText(), "fileLinkedService"))));
        properties
                .member("commandEnvironment")
                .items()
                .forEach(env -> form.add(Map.entry("cmdenv", env.requiredText())));
        defines(form);
        arguments(form);
        return "mapreduce/streaming";
    }

    private void defines(List<Map.Entry<String, String>> form) {
        properties
                .member("defines")
                .members()
                .forEach((name, value) ->
                        form.add(Map.entry("define", name + "=" + value.json().asString(""))));
    }

    private void arguments(List<Map.Entry<String, String>> form) {
        properties
                .member("arguments")
                .items()
                .forEach(a -> form.add(Map.entry("arg", a.json().asString(""))));
    }

    private ObjectNode spark() {
        ObjectNode batch = Json.object();
        String path = properties.member("rootPath").requiredText().replaceAll("/+$", "") + "/"
                + properties.member("entryFilePath").requiredText().replaceAll("^/+", "");
        batch.put("file", located(path, "sparkJobLinkedService"));
        properties.member("className").text().filter(s -> !s.isBlank()).ifPresent(name -> batch.put("className", name));
        properties.member("proxyUser").text().filter(s -> !s.isBlank()).ifPresent(name -> batch.put("proxyUser", name));
        ArrayNode arguments = batch.putArray("args");
        properties
                .member("arguments")
                .items()
                .forEach(a -> arguments.add(a.json().asString("")));
        ObjectNode conf = batch.putObject("conf");
        properties
                .member("sparkConfig")
                .members()
                .forEach((name, value) -> conf.put(name, value.json().asString("")));
        return batch;
    }

    private String file(String member, String service) {
        return located(properties.member(member).requiredText(), service);
    }

    /// The address of a path whose first part is the container, in the cluster's file system.
    private String located(String path, String serviceMember) {
        if (path.contains("://")) {
            return path;
        }
        Optional<String> named = properties.at(serviceMember, "referenceName").text();
        Settings own = cluster.section("linkedServiceName");
        String service = named.or(() -> own.text("referenceName"))
                .orElseThrow(() -> properties.member(serviceMember).missing());
        JobSpec.Resource storage = documents.service(service);
        Settings settings = documents.typeProperties("linkedService", storage);
        String clean = path.replaceAll("^/+", "");
        int slash = clean.indexOf('/');
        String container = slash < 0 ? clean : clean.substring(0, slash);
        String rest = slash < 0 ? "" : clean.substring(slash + 1);
        if (storage.type().equalsIgnoreCase("AzureBlobFS")) {
            return "abfss://" + container + "@" + settings.requiredText("url").replaceAll("^https?://|/+$", "") + "/"
                    + rest;
        }
        String connection =
                settings.secret("connectionString").map(SecretValue::reveal).orElse("");
        Matcher account = ACCOUNT.matcher(connection);
        if (!account.find()) {
            throw settings.missing("connectionString");
        }
        return "wasbs://" + container + "@" + account.group(1).strip() + ".blob.core.windows.net/" + rest;
    }

    @Override
    public RemoteJob.State state(RemoteJob.Caller caller, String job) throws InterruptedException {
        if (isSpark()) {
            JsonNode batch = caller.get("/livy/batches/" + job);
            String word = batch.path("state").asString("");
            List<String> log = new ArrayList<>();
            batch.path("log").forEach(line -> log.add(line.asString("")));
            String last = String.join("\n", log.subList(Math.max(0, log.size() - 10), log.size()));
            return new RemoteJob.State(LIVY_ENDED.contains(word), word.equals("success"), word, last, output(job));
        }
        JsonNode told = caller.get("/templeton/v1/jobs/" + job + "?user.name=" + user());
        JsonNode status = told.path("status");
        boolean ended = status.path("jobComplete").asBoolean(false);
        String word = status.path("state").asString("");
        boolean good =
                word.equalsIgnoreCase("SUCCEEDED") && told.path("exitValue").asInt(0) == 0;
        return new RemoteJob.State(ended, good, word, status.path("failureInfo").asString(""), output(job));
    }

    private static ObjectNode output(String job) {
        return Json.object().put("jobId", job);
    }

    @Override
    public void cancel(RemoteJob.Caller caller, String job) throws InterruptedException {
        caller.send(
                "DELETE",
                isSpark() ? "/livy/batches/" + job : "/templeton/v1/jobs/" + job + "?user.name=" + user(),
                "");
    }
}
