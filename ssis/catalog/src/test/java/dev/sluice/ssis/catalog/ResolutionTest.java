package dev.sluice.ssis.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.ssis.catalog.Resolution.Effective;
import dev.sluice.ssis.catalog.Resolution.Origin;
import dev.sluice.ssis.catalog.Resolution.Said;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.ProjectOutline;
import dev.sluice.ssis.packages.ProtectionLevel;
import dev.sluice.ssis.packages.VariantType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResolutionTest {
    private static final ProjectOutline.PackageOutline LOAD = new ProjectOutline.PackageOutline(
            "Load.dtsx",
            "{1}",
            "",
            8,
            true,
            List.of(
                    parameter("Rows", VariantType.INT32, "5", false),
                    parameter("Day", VariantType.DATE_TIME, null, true)),
            List.of("Feed"));

    private static final ProjectOutline SALES = new ProjectOutline(
            "Sales",
            "1.0.0",
            "",
            ProtectionLevel.DONT_SAVE_SENSITIVE,
            List.of(
                    parameter("Rows", VariantType.INT32, "7", false),
                    new Parameter("Password", "", VariantType.STRING, null, false, true, "")),
            List.of("Ware.house", "Ware"),
            List.of(LOAD),
            List.of());

    private static final Environment TEST = new Environment(
            "Etl",
            "Test",
            List.of(
                    new Environment.Variable("N", VariantType.INT32, new Setting.Plain("99"), ""),
                    new Environment.Variable("Text", VariantType.STRING, new Setting.Plain("many"), ""),
                    new Environment.Variable("Secret", VariantType.STRING, new Setting.Sealed("ENVELOPE"), "")));

    private static Parameter parameter(String name, VariantType type, @Nullable String value, boolean required) {
        return new Parameter(name, "", type, value, required, false, "");
    }

    private static Resolution resolution(List<Said> server, @Nullable Environment environment) {
        return new Resolution(SALES, LOAD, server, environment);
    }

    private static Map<String, Setting> given(String name, String text) {
        return Map.of(name, new Setting.Plain(text));
    }

    private static Effective one(List<Effective> all, String qualified) {
        return all.stream()
                .filter(e -> e.qualified().equals(qualified))
                .findFirst()
                .orElseThrow();
    }

    private static void refused(ThrowingCallable work, Fault fault) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(fault.code()));
    }

    @Test
    void execution_comes_before_environment_before_server_before_design() {
        List<Said> server = new ArrayList<>();
        Map<String, Setting> day = given("Day", "2026-01-31");

        Effective design = one(resolution(server, null).of(Map.of(), day), "$Project::Rows");
        assertThat(design.origin()).isEqualTo(Origin.DESIGN);
        assertThat(design.value()).isNull();

        server.clear();
        server.add(new Said("", "Rows", new ServerValue.Literal(new Setting.Plain("8"))));
        Effective own = one(resolution(server, null).of(Map.of(), day), "$Project::Rows");
        assertThat(own.origin()).isEqualTo(Origin.SERVER);
        assertThat(own.value()).isEqualTo(new Setting.Plain("8"));

        server.clear();
        server.add(new Said("", "Rows", new ServerValue.Reference("n")));
        Effective referred = one(resolution(server, TEST).of(Map.of(), day), "$Project::Rows");
        assertThat(referred.origin()).isEqualTo(Origin.ENVIRONMENT);
        assertThat(referred.value()).isEqualTo(new Setting.Plain("99"));

        Effective execution = one(resolution(server, TEST).of(given("rows", "1"), day), "$Project::Rows");
        assertThat(execution.origin()).isEqualTo(Origin.EXECUTION);
        assertThat(execution.value()).isEqualTo(new Setting.Plain("1"));
    }

    @Test
    void parameters_of_the_same_name_in_project_and_package_are_two() {
        List<Said> server = List.of(new Said("Load.dtsx", "Rows", new ServerValue.Literal(new Setting.Plain("3"))));

        List<Effective> all = resolution(server, null).of(Map.of(), given("Day", "2026-01-31"));

        assertThat(one(all, "$Package::Rows").value()).isEqualTo(new Setting.Plain("3"));
        assertThat(one(all, "$Project::Rows").origin()).isEqualTo(Origin.DESIGN);
        assertThat(one(all, "$Package::Day").objectType()).isEqualTo(Resolution.PACKAGE);
    }

    @Test
    void a_required_parameter_without_a_value_is_refused() {
        refused(() -> resolution(List.of(), null).of(Map.of(), Map.of()), SsisCatalogFaults.VALUE_REQUIRED);
    }

    @Test
    void a_value_of_another_type_is_refused_wherever_it_comes_from() {
        Map<String, Setting> day = given("Day", "2026-01-31");
        refused(
                () -> resolution(List.of(), null).of(given("Rows", "2147483648"), day),
                SsisCatalogFaults.VALUE_INVALID);
        List<Said> server = List.of(new Said("", "Rows", new ServerValue.Reference("Text")));
        refused(() -> resolution(server, TEST).of(Map.of(), day), SsisCatalogFaults.VALUE_INVALID);
    }

    @Test
    void references_that_lead_nowhere_are_refused() {
        Map<String, Setting> day = given("Day", "2026-01-31");
        List<Said> server = List.of(new Said("", "Rows", new ServerValue.Reference("Nope")));
        refused(() -> resolution(server, null).of(Map.of(), day), SsisCatalogFaults.ENVIRONMENT_NEEDED);
        refused(() -> resolution(server, TEST).of(Map.of(), day), SsisCatalogFaults.VARIABLE_MISSING);
        refused(() -> resolution(List.of(), null).of(given("Roses", "1"), day), SsisCatalogFaults.PARAMETER_UNKNOWN);
    }

    @Test
    void a_secret_stays_sealed_and_makes_its_parameter_sensitive() {
        List<Said> server = List.of(new Said("", "Password", new ServerValue.Reference("Secret")));

        Effective password =
                one(resolution(server, TEST).of(Map.of(), given("Day", "2026-01-31")), "$Project::Password");

        assertThat(password.value()).isEqualTo(new Setting.Sealed("ENVELOPE"));
        assertThat(password.sensitive()).isTrue();
    }

    @Test
    void implicit_parameters_name_the_longest_connection_manager_that_fits() {
        assertThat(Resolution.connection("CM.Ware.house.ConnectionString", SALES.connectionManagers()))
                .contains("Ware.house.ConnectionString");
        assertThat(Resolution.connection("cm.ware.UserName", SALES.connectionManagers()))
                .contains("Ware.UserName");
        assertThat(Resolution.connection("CM.Other.UserName", SALES.connectionManagers()))
                .isEmpty();
        assertThat(Resolution.connection("Ware.UserName", SALES.connectionManagers()))
                .isEmpty();
        assertThat(resolution(List.of(), null).of(given("CM.Ware.UserName", "u"), given("Day", "2026-01-31")))
                .hasSize(5);
        List<Said> server = List.of(
                new Said("", "CM.Ware.ConnectionString", new ServerValue.Literal(new Setting.Plain("x"))),
                new Said("", "CM.Ware.UserName", new ServerValue.Literal(new Setting.Plain("other"))));
        List<Effective> all = resolution(server, null).of(given("CM.Ware.UserName", "u"), given("Day", "2026-01-31"));
        assertThat(one(all, "$Project::CM.Ware.ConnectionString").origin()).isEqualTo(Origin.SERVER);
        assertThat(one(all, "$Project::CM.Ware.UserName").value()).isEqualTo(new Setting.Plain("u"));
    }
}
