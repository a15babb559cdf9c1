package dev.sluice.ssis.engine.tasks;

import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.expression;
import static dev.sluice.ssis.engine.control.PackageText.variable;
import static dev.sluice.ssis.engine.control.PackageText.variables;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.PackageRun;
import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltInTasksTest {
    @TempDir
    Path folder;

    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    private final List<SsisPackage> project = new ArrayList<>();

    @BeforeEach
    void files() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "one");
        Files.createDirectories(folder.resolve("tree/inner"));
        Files.writeString(folder.resolve("tree/inner/x.txt"), "x");
    }

    private PackageRun prepared(SsisPackage p) {
        PathMap paths = new PathMap(Map.of("D:\\data", folder), folder, folder.resolve("temp"));
        BuiltInTasks.Library library = new BuiltInTasks.Library() {
            @Override
            public Optional<SsisPackage> ofProject(String name) {
                return project.stream().filter(x -> x.file().equals(name)).findFirst();
            }

            @Override
            public SsisPackage ofFile(String path) {
                throw new AssertionError("no package is read from a file here: " + path);
            }
        };
        BuiltInTasks tasks = new BuiltInTasks(
                p,
                new BuiltInTasks.Surroundings(
                        library,
                        List.of(),
                        List.of(),
                        Map.of(),
                        Map.of(),
                        paths,
                        events::add,
                        InstantSource.system(),
                        ZoneOffset.UTC,
                        UUID::randomUUID));
        return new PackageRun(
                p,
                new PackageRun.Setting(
                        List.of(), Map.of(), null, UUID.randomUUID(), InstantSource.system(), ZoneOffset.UTC, paths),
                tasks,
                events::add);
    }

    private Result file(String operation, String source, String destination, boolean overwrite) {
        String data = "<DTS:ObjectData><FileSystemData TaskOperationType='" + operation
                + "' TaskSourcePath='User::Source' TaskIsSourceVariable='True' TaskDestinationPath='User::Destination' "
                + "TaskIsDestinationVariable='True' TaskOverwriteDestFile='" + overwrite + "'/></DTS:ObjectData>";
        SsisPackage p = PackageText.of(
                "p",
                "",
                variables(variable("Source", 8, source), variable("Destination", 8, destination)),
                executables(executable("fs", "Microsoft.FileSystemTask", "", data)));
        return prepared(p).run();
    }

    private String error() {
        return events.stream()
                .filter(e -> e.name().equals("OnError"))
                .map(Event::description)
                .findFirst()
                .orElse("");
    }

    @Test
    void files_are_copied_moved_renamed_and_deleted() {
        assertThat(file("CopyFile", "D:\\data\\a.txt", "D:\\data\\b.txt", false))
                .isEqualTo(Result.SUCCESS);
        assertThat(folder.resolve("b.txt")).hasContent("one");
        assertThat(file("MoveFile", "d:\\DATA\\B.TXT", "D:\\data\\tree", false)).isEqualTo(Result.SUCCESS);
        assertThat(folder.resolve("tree/b.txt")).exists();
        assertThat(file("RenameFile", "D:\\data\\tree\\b.txt", "D:\\data\\c.txt", false))
                .isEqualTo(Result.SUCCESS);
        assertThat(folder.resolve("c.txt")).exists();
        assertThat(file("DeleteFile", "c.txt", "", false)).isEqualTo(Result.SUCCESS);
        assertThat(folder.resolve("c.txt")).doesNotExist();
    }

    @Test
    void folders_are_made_copied_emptied_and_removed() {
        assertThat(file("CreateDirectory", "D:\\data\\new\\deep", "", true)).isEqualTo(Result.SUCCESS);
        assertThat(file("CopyDirectory", "D:\\data\\tree", "D:\\data\\new\\tree", true))
                .isEqualTo(Result.SUCCESS);
        assertThat(folder.resolve("new/tree/inner/x.txt")).hasContent("x");
        assertThat(file("DeleteDirectoryContent", "D:\\data\\tree", "", true)).isEqualTo(Result.SUCCESS);
        assertThat(folder.resolve("tree")).isEmptyDirectory();
        assertThat(file("DeleteDirectory", "D:\\data\\new", "", true)).isEqualTo(Result.SUCCESS);
        assertThat(folder.resolve("new")).doesNotExist();
    }

    @Test
    void nothing_is_overwritten_unasked() throws IOException {
        Files.writeString(folder.resolve("b.txt"), "two");

        assertThat(file("CopyFile", "D:\\data\\a.txt", "D:\\data\\b.txt", false))
                .isEqualTo(Result.FAILURE);
        assertThat(error()).contains("exists already");
        assertThat(folder.resolve("b.txt")).hasContent("two");
        assertThat(file("CopyFile", "D:\\data\\a.txt", "D:\\data\\b.txt", true)).isEqualTo(Result.SUCCESS);
        assertThat(folder.resolve("b.txt")).hasContent("one");
    }

    @Test
    void a_missing_file_and_a_copy_into_itself_are_named() {
        assertThat(file("DeleteFile", "D:\\data\\none.txt", "", false)).isEqualTo(Result.FAILURE);
        assertThat(error()).contains("none.txt").contains("does not exist");
        events.clear();
        assertThat(file("CopyDirectory", "D:\\data\\tree", "D:\\data\\tree\\inner\\again", true))
                .isEqualTo(Result.FAILURE);
        assertThat(error()).contains("lies inside");
    }

    @Test
    void a_missing_connection_is_named_with_the_task_that_refers_to_it_I05() {
        SsisPackage p = PackageText.of(
                "p",
                "",
                executables(
                        executable(
                                "fs",
                                "Microsoft.FileSystemTask",
                                "",
                                "<DTS:ObjectData><FileSystemData TaskSourcePath='Inbox' TaskDestinationPath='Outbox'/></DTS:ObjectData>")));

        assertThat(prepared(p).run()).isEqualTo(Result.FAILURE);
        assertThat(error()).contains("The connection 'Inbox' that task 'fs' refers to isn't found");
    }

    @Test
    void a_package_calls_another_of_its_project_with_parameters() {
        project.add(PackageText.of(
                "child",
                "",
                "<DTS:PackageParameters><DTS:PackageParameter DTS:ObjectName='N' DTS:DataType='3' DTS:Required='True'/></DTS:PackageParameters>",
                executables(expression("set", "@[User::Result] = @[$Package::N] * 2"))));
        SsisPackage parent = PackageText.of(
                "parent",
                "",
                variables(variable("Result", 3, "0"), variable("Given", 3, "21")),
                executables(call("child.dtsx")));
        PackageRun run = prepared(parent);

        assertThat(run.run()).as(error()).isEqualTo(Result.SUCCESS);
        assertThat(run.scope().require("Result").value()).isEqualTo(42L);
    }

    private static String call(String name) {
        return executable(
                "call",
                "Microsoft.ExecutePackageTask",
                "",
                "<DTS:ObjectData><ExecutePackageTask><UseProjectReference>True</UseProjectReference><PackageName>"
                        + name
                        + "</PackageName><ParameterAssignment><ParameterName>N</ParameterName>"
                        + "<BindedVariableOrParameterName>User::Given</BindedVariableOrParameterName></ParameterAssignment>"
                        + "</ExecutePackageTask></DTS:ObjectData>");
    }

    @Test
    void a_called_package_that_fails_or_is_not_there_fails_the_task() {
        project.add(PackageText.of("child", "", executables(executable("odd", "Acme.Weird", ""))));
        SsisPackage failing = PackageText.of(
                "parent",
                "",
                executables(executable(
                        "call",
                        "Microsoft.ExecutePackageTask",
                        "",
                        "<DTS:ObjectData><ExecutePackageTask><UseProjectReference>True</UseProjectReference>"
                                + "<PackageName>child.dtsx</PackageName></ExecutePackageTask></DTS:ObjectData>")));

        assertThat(prepared(failing).run()).isEqualTo(Result.FAILURE);
        assertThat(events.stream().map(Event::description))
                .anyMatch(d -> d.contains("'child.dtsx' that it runs failed"));
        events.clear();
        SsisPackage missing =
                PackageText.of("parent", "", variables(variable("Given", 3, "1")), executables(call("none.dtsx")));
        assertThat(prepared(missing).run()).isEqualTo(Result.FAILURE);
        assertThat(error()).contains("'none.dtsx'");
    }
}
