package dev.sluice.ssis.engine.execution;

import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.expression;
import static dev.sluice.ssis.engine.control.PackageText.variable;
import static dev.sluice.ssis.engine.control.PackageText.variables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.tasks.Allowed;
import dev.sluice.ssis.engine.tasks.Postgres;
import dev.sluice.ssis.packages.PackagePassword;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageExecutionTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Object> parameters = new LinkedHashMap<>();
    private final Map<String, String> connections = new LinkedHashMap<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Path> configurations = new ArrayList<>();

    private Path saved(String file, String attributes, String... inside) throws IOException {
        return Files.writeString(folder.resolve(file), PackageText.xml(file.replace(".dtsx", ""), attributes, inside));
    }

    private PackageExecution of(Path file) throws InterruptedException {
        return new PackageExecution(
                PackageSource.of(file, PackagePassword.NONE),
                new PackageExecution.Order(
                        "", parameters, connections, properties, configurations, PackagePassword.NONE),
                new PackageExecution.Place(
                        new PathMap(Map.of("D:\\data", folder), folder, folder),
                        Allowed.NOTHING,
                        environment,
                        events::add,
                        InstantSource.system(),
                        ZoneOffset.UTC,
                        UUID::randomUUID));
    }

    private List<String> said(String event) {
        return events.stream()
                .filter(e -> e.name().equals(event))
                .map(Event::description)
                .toList();
    }

    /// A task that fails with the text of a variable, so that a test sees what the package saw.
    private static String fails(String variable) {
        return PackageText.executable(
                "show",
                "Microsoft.ExecuteSQLTask",
                "",
                "<DTS:PropertyExpression DTS:Name='Connection'>" + variable + "</DTS:PropertyExpression>"
                        + "<DTS:ObjectData><SqlTaskData/></DTS:ObjectData>");
    }

    private String shown() {
        return said("OnError").getFirst().replaceFirst("(?s).*The connection '(.*)' that task.*", "$1");
    }

    @Test
    void parameters_are_given_by_any_of_their_names_and_become_their_types() throws Exception {
        Files.writeString(
                folder.resolve("Project.params"),
                "<SSIS:Parameters xmlns:SSIS='www.microsoft.com/SqlServer/SSIS'><SSIS:Parameter SSIS:Name='Root'>"
                        + "<SSIS:Properties><SSIS:Property SSIS:Name='DataType'>18</SSIS:Property>"
                        + "<SSIS:Property SSIS:Name='Value'>design</SSIS:Property></SSIS:Properties>"
                        + "</SSIS:Parameter></SSIS:Parameters>");
        Path file = saved(
                "p.dtsx",
                "",
                "<DTS:PackageParameters><DTS:PackageParameter DTS:ObjectName='N' DTS:DataType='3'/></DTS:PackageParameters>",
                executables(fails("@[$Project::Root] + (DT_WSTR, 10)(@[$Package::N] + 1)")));
        parameters.put("N", "41");
        assertThat(of(file).run()).isEqualTo(Result.FAILURE);
        assertThat(shown()).isEqualTo("design42");

        events.clear();
        parameters.put("$Project::Root", "given");
        of(file).run();
        assertThat(shown()).isEqualTo("given42");

        parameters.put("Other", "x");
        assertThatThrownBy(() -> of(file)).hasMessageContaining("'Other'").hasMessageContaining("no such parameter");
    }

    @Test
    void properties_are_set_by_path_and_go_before_expressions() throws Exception {
        Path file = saved(
                "p.dtsx",
                "",
                variables(variable("X", 8, "saved")),
                executables(PackageText.executable(
                        "s",
                        "STOCK:SEQUENCE",
                        "",
                        executables(fails("@[User::X]").replace("Package\\show", "Package\\s\\show")))));
        properties.put("\\Package.Variables[User::X].Properties[Value]", "set");
        of(file).run();
        assertThat(shown()).isEqualTo("set");

        events.clear();
        properties.put("\\Package\\s\\show.Properties[Connection]", "straight");
        of(file).run();
        assertThat(shown()).isEqualTo("straight");

        events.clear();
        properties.put("\\Package\\s.Properties[Disable]", "True");
        assertThat(of(file).run()).isEqualTo(Result.SUCCESS);

        properties.put("\\Package\\nowhere.Properties[Disable]", "True");
        assertThatThrownBy(() -> of(file))
                .hasMessageContaining("SsisPropertyPathNotValid")
                .hasMessageContaining("'nowhere'");
    }

    @Test
    void package_configurations_of_every_kind_are_applied_in_their_order() throws Exception {
        Postgres.run(
                "DROP TABLE IF EXISTS \"SSIS Configurations\"",
                "CREATE TABLE \"SSIS Configurations\" (\"ConfigurationFilter\" text, \"ConfiguredValue\" text, \"PackagePath\" text, \"ConfiguredValueType\" text)",
                "CREATE OR REPLACE VIEW config AS SELECT \"ConfigurationFilter\" AS ConfigurationFilter, \"ConfiguredValue\" AS ConfiguredValue, \"PackagePath\" AS PackagePath FROM \"SSIS Configurations\"",
                "INSERT INTO \"SSIS Configurations\" VALUES ('mine', 'table', '\\Package.Variables[User::C].Properties[Value]', 'String'), ('other', 'no', '\\Package.Variables[User::C].Properties[Value]', 'String')");
        Files.writeString(
                folder.resolve("c.dtsConfig"),
                "<DTSConfiguration><Configuration ConfiguredType='Property' Path='\\Package.Variables[User::A].Properties[Value]' ValueType='String'>"
                        + "<ConfiguredValue>file</ConfiguredValue></Configuration>"
                        + "<Configuration ConfiguredType='Property' Path='\\Package.Variables[User::B].Properties[Value]' ValueType='String'>"
                        + "<ConfiguredValue>first</ConfiguredValue></Configuration></DTSConfiguration>");
        String configured = "<DTS:Configurations>"
                + "<DTS:Configuration DTS:ObjectName='file' DTS:ConfigurationType='1' DTS:ConfigurationString='D:\\data\\c.dtsConfig'/>"
                + "<DTS:Configuration DTS:ObjectName='env' DTS:ConfigurationType='2' DTS:ConfigurationString='MY_B' DTS:ConfigurationVariable='\\Package.Variables[User::B].Properties[Value]'/>"
                + "<DTS:Configuration DTS:ObjectName='sql' DTS:ConfigurationType='7' DTS:ConfigurationString='&quot;Db&quot;;&quot;[config]&quot;;&quot;mine&quot;;'/>"
                + "<DTS:Configuration DTS:ObjectName='gone' DTS:ConfigurationType='1' DTS:ConfigurationString='D:\\data\\none.dtsConfig'/>"
                + "<DTS:Configuration DTS:ObjectName='reg' DTS:ConfigurationType='3' DTS:ConfigurationString='HKLM'/>"
                + "</DTS:Configurations>";
        environment.put("MY_B", "environment");
        connections.put("Db.ConnectionString", Postgres.oleDb());
        String manager =
                "<DTS:ConnectionManagers><DTS:ConnectionManager DTS:CreationName='OLEDB' DTS:ObjectName='Db'><DTS:ObjectData>"
                        + "<DTS:ConnectionManager DTS:ConnectionString='x'/></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>";
        Path file = saved(
                "p.dtsx",
                "DTS:EnableConfig='True'",
                configured,
                manager,
                variables(variable("A", 8, ""), variable("B", 8, ""), variable("C", 8, "")),
                executables(fails("@[User::A] + \"|\" + @[User::B] + \"|\" + @[User::C]")));

        of(file).run();

        assertThat(shown()).isEqualTo("file|environment|table");
        assertThat(said("OnWarning")).anyMatch(w -> w.contains("'gone'")).anyMatch(w -> w.contains("registry"));
    }

    @Test
    void a_package_calls_another_file_and_one_of_its_folder() throws Exception {
        saved(
                "child.dtsx",
                "",
                "<DTS:PackageParameters><DTS:PackageParameter DTS:ObjectName='N' DTS:DataType='8'/></DTS:PackageParameters>",
                executables(expression("set", "@[User::Out] = @[$Package::N] + \"!\"")));
        Path parent = saved(
                "parent.dtsx",
                "",
                "<DTS:ConnectionManagers><DTS:ConnectionManager DTS:CreationName='FILE' DTS:DTSID='{F}' DTS:ObjectName='F'><DTS:ObjectData>"
                        + "<DTS:ConnectionManager DTS:ConnectionString='D:\\data\\CHILD.dtsx'/></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>",
                variables(variable("Out", 8, ""), variable("Given", 8, "hey")),
                executables(
                        PackageText.executable(
                                "byName",
                                "Microsoft.ExecutePackageTask",
                                "",
                                "<DTS:ObjectData><ExecutePackageTask><UseProjectReference>True</UseProjectReference><PackageName>child</PackageName>"
                                        + "<ParameterAssignment><ParameterName>N</ParameterName><BindedVariableOrParameterName>User::Given</BindedVariableOrParameterName></ParameterAssignment></ExecutePackageTask></DTS:ObjectData>"),
                        PackageText.executable(
                                "byFile",
                                "Microsoft.ExecutePackageTask",
                                "",
                                "<DTS:ObjectData><ExecutePackageTask><Connection>{F}</Connection></ExecutePackageTask></DTS:ObjectData>")));

        assertThat(of(parent).run()).as(said("OnError").toString()).isEqualTo(Result.SUCCESS);
    }

    @Test
    void I08_a_package_file_that_is_not_there_is_named() {
        assertThatThrownBy(() -> of(folder.resolve("none.dtsx")))
                .hasMessageContaining("SsisPackageUnreadable")
                .hasMessageContaining("none.dtsx")
                .hasMessageContaining("does not exist");
    }
}
