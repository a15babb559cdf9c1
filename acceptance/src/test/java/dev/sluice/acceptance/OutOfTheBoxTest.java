package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What comes with the program is enough.
class OutOfTheBoxTest {
    /// The environment names no Java, no Hadoop and no home, and there is no `java` on the path.
    @Test
    void S12_every_format_works_with_nothing_installed_or_set() throws Exception {
        try (Installation installation = new Installation()) {
            Path bare = Files.createDirectories(installation.folder().resolve("bare"));
            Path tools = Files.createDirectories(bare.resolve("bin"));
            for (String tool : List.of(
                    "sh",
                    "env",
                    "readlink",
                    "cat",
                    "ls",
                    "mkdir",
                    "dirname",
                    "grep",
                    "sed",
                    "sort",
                    "tail",
                    "head",
                    "find",
                    "flock",
                    "date",
                    "rm",
                    "uname",
                    "tr",
                    "cut",
                    "id",
                    "getconf")) {
                for (String folder : List.of("/usr/bin", "/bin")) {
                    Path real = Path.of(folder, tool);
                    if (Files.exists(real) && !Files.exists(tools.resolve(tool))) {
                        Files.createSymbolicLink(tools.resolve(tool), real);
                    }
                }
            }
            assertThat(tools.resolve("java")).doesNotExist();
            List<String> command = new ArrayList<>(
                    List.of("/usr/bin/env", "-i", "PATH=" + tools, "SLUICE_NO_BUILD=1", Program.launcher()));
            command.addAll(List.of("up", "--data", installation.data().toString(), "--https-port", "0"));
            try (Program up = Program.start("bare", installation.folder(), command, Map.of())) {
                up.awaitLine("ready ");
                TestFactory factory = installation.factory("formats");
                Path files = installation.files("formats");
                Files.writeString(files.resolve("in.csv"), "id,name\n1,one\n2,two\n");
                factory.folder("Disk", files).csv("In", "Disk", "in.csv", "");
                String before = "In";
                String from = TestFactory.FROM_CSV;
                List<Copy> copies = new ArrayList<>();
                for (String format : List.of("Parquet", "Orc", "Avro", "Json", "Excel", "DelimitedText")) {
                    String more = switch (format) {
                        case "Excel" -> ",\"sheetName\":\"Rows\",\"firstRowAsHeader\":true";
                        case "DelimitedText" -> ",\"firstRowAsHeader\":true";
                        default -> "";
                    };
                    factory.dataset(
                            format,
                            format,
                            "Disk",
                            "{\"location\":{\"type\":\"FileServerLocation\",\"fileName\":\"out.%s\"}%s}"
                                    .formatted(
                                            format.equals("Excel") ? "xlsx" : format.toLowerCase(java.util.Locale.ROOT),
                                            more));
                    String sink = "{\"type\":\"" + format
                            + "Sink\",\"storeSettings\":{\"type\":\"FileServerWriteSettings\"}}";
                    Copy copy = Copy.of("To" + format, before, from, format, sink);
                    copies.add(
                            copies.isEmpty()
                                    ? copy
                                    : copy.after(copies.getLast().name(), "Succeeded"));
                    before = format;
                    from = "{\"type\":\"" + format
                            + "Source\",\"storeSettings\":{\"type\":\"FileServerReadSettings\"}}";
                }
                factory.pipeline("Through", copies.toArray(Copy[]::new));
                TestFactory.Run run = factory.run("Through");
                assertThat(run.status()).as(run.toString()).isEqualTo("Succeeded");
                assertThat(Files.readString(files.resolve("out.delimitedtext"))).contains("1", "one", "2", "two");
            }
        }
    }
}
