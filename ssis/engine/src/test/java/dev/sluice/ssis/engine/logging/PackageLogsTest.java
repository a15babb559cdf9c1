package dev.sluice.ssis.engine.logging;

import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.expression;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.execution.PackageExecution;
import dev.sluice.ssis.engine.execution.PackageSource;
import dev.sluice.ssis.engine.tasks.Allowed;
import dev.sluice.ssis.engine.tasks.Postgres;
import dev.sluice.ssis.packages.PackagePassword;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageLogsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());

    private static String manager(String name, String type, String text) {
        return "<DTS:ConnectionManager DTS:CreationName='" + type + "' DTS:ObjectName='" + name
                + "'><DTS:ObjectData><DTS:ConnectionManager DTS:ConnectionString='" + text
                + "'/></DTS:ObjectData></DTS:ConnectionManager>";
    }

    private static String provider(String id, String kind, String connection) {
        return "<DTS:LogProvider DTS:DTSID='{" + id + "}' DTS:ObjectName='" + id
                + "' DTS:CreationName='Microsoft.LogProvider" + kind + "' DTS:ConfigString='" + connection + "'/>";
    }

    private static String selected(String... ids) {
        StringBuilder all = new StringBuilder();
        for (String id : ids) {
            all.append("<DTS:SelectedLogProvider DTS:InstanceID='{" + id + "}'/>");
        }
        return "<DTS:LoggingOptions DTS:LoggingMode='1' DTS:FilterKind='0'><DTS:Property DTS:Name='EventFilter'>"
                + "2,7,OnError,13,OnPostExecute</DTS:Property><DTS:SelectedLogProviders>" + all
                + "</DTS:SelectedLogProviders></DTS:LoggingOptions>";
    }

    private Result run(String... inside) throws Exception {
        Path file = Files.writeString(folder.resolve("p.dtsx"), PackageText.xml("p", "DTS:DTSID='{P}'", inside));
        return new PackageExecution(
                        PackageSource.of(file, PackagePassword.NONE),
                        new PackageExecution.Order("", Map.of(), Map.of(), Map.of(), List.of(), PackagePassword.NONE),
                        new PackageExecution.Place(
                                new PathMap(Map.of("D:\\data", folder), folder, folder),
                                Allowed.NOTHING,
                                Map.of(),
                                events::add,
                                InstantSource.system(),
                                ZoneOffset.UTC,
                                () -> new UUID(1, 2)))
                .run();
    }

    @Test
    void a_package_logs_what_its_filter_lets_through_to_table_text_and_xml() throws Exception {
        Postgres.run("DROP TABLE IF EXISTS sysssislog");
        String managers = "<DTS:ConnectionManagers>" + manager("Db", "OLEDB", Postgres.oleDb())
                + manager("Text", "FILE", "D:\\data\\log.txt") + manager("Xml", "FILE", "D:\\data\\log.xml")
                + "</DTS:ConnectionManagers>";
        String providers = "<DTS:LogProviders>" + provider("A", "SQLServer", "Db") + provider("B", "TextFile", "Text")
                + provider("C", "XMLFile", "Xml") + provider("D", "EventLog", "") + "</DTS:LogProviders>";

        assertThat(run(
                        managers,
                        providers,
                        selected("A", "B", "C"),
                        executables(expression("good", "1"), expression("bad", "1 / 0 < 3"))))
                .isEqualTo(Result.FAILURE);

        assertThat(
                        Postgres.text(
                                "SELECT string_agg(event || ' ' || source, ', ' ORDER BY id) FROM sysssislog WHERE event <> 'OnPostExecute'"))
                .startsWith("PackageStart p, OnError bad")
                .endsWith("PackageEnd p");
        assertThat(Postgres.text(
                        "SELECT count(*) FROM sysssislog WHERE event IN ('OnPreExecute', 'OnTaskFailed', 'OnWarning')"))
                .isEqualTo("0");
        assertThat(Postgres.text(
                        "SELECT max(executionid) || max(sourceid) FROM sysssislog WHERE event = 'PackageStart'"))
                .isEqualTo("{00000000-0000-0001-0000-000000000002}{P}");
        assertThat(Files.readAllLines(folder.resolve("log.txt")).getFirst()).startsWith("#Fields: event,computer");
        assertThat(Files.readString(folder.resolve("log.txt")))
                .contains("\nOnError,,,bad,")
                .contains("\nPackageEnd,,,p,{P},");
        assertThat(Files.readString(folder.resolve("log.xml")))
                .contains("<event>OnError</event>")
                .contains("1 / 0 &lt; 3")
                .endsWith("</dtslog>\n</dtslogs>\n");
        assertThat(events).anyMatch(e -> e.name().equals("OnPreExecute"));
    }

    @Test
    void a_log_that_is_not_there_is_a_warning_and_the_package_goes_on() throws Exception {
        assertThat(run(
                        "<DTS:LogProviders>" + provider("A", "SQLServer", "Gone") + provider("D", "EventLog", "Gone")
                                + "</DTS:LogProviders>",
                        selected("A", "D"),
                        executables(expression("good", "1"))))
                .isEqualTo(Result.SUCCESS);
        assertThat(events.stream().filter(e -> e.name().equals("OnWarning")).map(Event::description))
                .anyMatch(d -> d.contains("'A'") && d.contains("SsisConnectionNotFound") || d.contains("'Gone'"));
    }
}
