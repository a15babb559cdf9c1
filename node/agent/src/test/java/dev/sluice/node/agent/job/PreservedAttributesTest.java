package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.options.BlobParallelUploadOptions;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `preserve: ["Attributes"]` and `metadata` of a sink, between containers of a real emulator.
class PreservedAttributesTest {
    @TempDir
    Path scratch;

    private static String binary(BlobContainerClient container, String folder) {
        return """
            {"type":"Binary","typeProperties":{"location":{"type":"AzureBlobStorageLocation","container":"%s",
            "folderPath":"%s"}}}\
            """.formatted(container.getBlobContainerName(), folder);
    }

    private static String copy(String sink, String more) {
        return """
            {"source":{"type":"BinarySource","storeSettings":{"type":"AzureBlobStorageReadSettings","recursive":true}},
            "sink":{"type":"BinarySink","storeSettings":{"type":"AzureBlobStorageWriteSettings"%s}}%s}\
            """.formatted(sink, more);
    }

    private static BlobContainerClient filled() {
        BlobContainerClient container = Blobs.container();
        container
                .getBlobClient("in/a.json")
                .uploadWithResponse(
                        new BlobParallelUploadOptions(BinaryData.fromString("{}"))
                                .setHeaders(new BlobHttpHeaders()
                                        .setContentType("application/json")
                                        .setContentLanguage("de")
                                        .setContentDisposition("inline")
                                        .setCacheControl("max-age=60"))
                                .setMetadata(Map.of("department", "sales", "year", "2024")),
                        null,
                        Context.NONE);
        return container;
    }

    private void run(BlobContainerClient container, String activity) {
        JobBench.job(scratch, "Copy", activity)
                .reading(binary(container, "in"), Blobs.service())
                .writing(binary(container, "out"), Blobs.service())
                .output();
    }

    @Test
    void what_the_owner_said_of_a_blob_goes_with_it_where_that_is_asked_for() {
        BlobContainerClient container = filled();
        run(container, copy("", ",\"preserve\":[\"Attributes\"]"));
        BlobProperties p = container.getBlobClient("out/a.json").getProperties();
        assertThat(p.getContentType()).isEqualTo("application/json");
        assertThat(p.getContentLanguage()).isEqualTo("de");
        assertThat(p.getContentDisposition()).isEqualTo("inline");
        assertThat(p.getCacheControl()).isEqualTo("max-age=60");
        assertThat(p.getMetadata()).containsOnly(Map.entry("department", "sales"), Map.entry("year", "2024"));
        run(container, copy("", ""));
        p = container.getBlobClient("out/a.json").getProperties();
        assertThat(p.getContentType()).isEqualTo("application/octet-stream");
        assertThat(p.getMetadata()).isEmpty();
    }

    @Test
    void the_sinks_own_metadata_come_on_top_and_may_tell_the_age_of_the_original() {
        BlobContainerClient container = filled();
        run(
                container,
                copy(
                        ",\"metadata\":[{\"name\":\"year\",\"value\":\"2025\"},{\"name\":\"age\",\"value\":\"$$LASTMODIFIED\"}]",
                        ",\"preserve\":[\"Attributes\"]"));
        BlobProperties p = container.getBlobClient("out/a.json").getProperties();
        String age = container
                .getBlobClient("in/a.json")
                .getProperties()
                .getLastModified()
                .toInstant()
                .toString();
        assertThat(p.getMetadata())
                .containsOnly(Map.entry("department", "sales"), Map.entry("year", "2025"), Map.entry("age", age));
    }

    @Test
    void a_store_that_keeps_none_is_named() {
        BlobContainerClient container = filled();
        assertThat(JobBench.job(scratch, "Copy", copy("", ",\"preserve\":[\"Attributes\"]"))
                        .reading(binary(container, "in"), Blobs.service())
                        .writing(
                                "{\"type\":\"Binary\",\"typeProperties\":{\"location\":{\"type\":\"FileServerLocation\"}}}",
                                "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"" + scratch + "\"}}")
                        .error()
                        .message())
                .contains("SettingNotSupported")
                .contains("keeps none");
    }
}
