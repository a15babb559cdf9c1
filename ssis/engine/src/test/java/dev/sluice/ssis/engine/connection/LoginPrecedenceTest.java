package dev.sluice.ssis.engine.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.packages.ConnectionManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoginPrecedenceTest {
    private static final String LOGIN = "Data Source=h;Initial Catalog=d;User ID=u;Password=hush;Provider=MSOLEDBSQL.1";

    private static ConnectionManager manager(String text) {
        return PackageText.of(
                        "p",
                        "",
                        "<DTS:ConnectionManagers><DTS:ConnectionManager DTS:refId='Package.ConnectionManagers[Db]'"
                                + " DTS:CreationName='OLEDB' DTS:DTSID='{Db}' DTS:ObjectName='Db'><DTS:ObjectData>"
                                + "<DTS:ConnectionManager DTS:ConnectUsingManagedIdentity='True' DTS:ConnectionString='"
                                + text + "'/></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>")
                .connectionManagers()
                .getFirst();
    }

    private static Address address(String text) {
        Path here = Path.of("");
        return new Addresses(new PathMap(Map.of(), here, here)).of(manager(text), text, "", "");
    }

    @Test
    void I16_a_managed_identity_goes_before_user_and_password() throws Exception {
        HttpServer metadata = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        StringBuilder asked = new StringBuilder();
        metadata.createContext("/token", exchange -> {
            asked.append(exchange.getRequestHeaders().getFirst("Metadata"))
                    .append(' ')
                    .append(exchange.getRequestURI().getRawQuery());
            byte[] answer = "{\"token_type\":\"Bearer\",\"access_token\":\"ey.of.the.machine\"}"
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        metadata.start();
        try {
            URI service = URI.create("http://127.0.0.1:" + metadata.getAddress().getPort() + "/token");

            Address address = new ManagedIdentity(service).over(manager(LOGIN), LOGIN, address(LOGIN));

            assertThat(address.properties())
                    .containsEntry("accessToken", "ey.of.the.machine")
                    .containsEntry("serverName", "h")
                    .doesNotContainKeys("user", "password", "integratedSecurity");
            assertThat(asked.toString()).startsWith("true ").contains("resource=https%3A%2F%2Fdatabase.windows.net%2F");
            assertThat(address.toString()).doesNotContain("ey.of.the.machine");
        } finally {
            metadata.stop(0);
        }
    }

    @Test
    void I16_entras_password_login_beside_a_managed_identity_is_refused() {
        String text = LOGIN + ";Authentication=Active Directory Password";

        ProblemException e = catchThrowableOfType(
                ProblemException.class, () -> ManagedIdentity.ofThisMachine().over(manager(text), text, address(text)));

        assertThat(e.problem().fault()).isEqualTo(SsisRunFaults.IDENTITY_CONFLICT);
        assertThat(e.problem().message()).contains("'Db'").contains("Active Directory Password");
        assertThat(e.problem().toString()).doesNotContain("hush");
    }

    @Test
    void I16_a_machine_without_an_identity_is_told_and_no_password_is_tried_in_its_place() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        ManagedIdentity nobody = new ManagedIdentity(URI.create("http://127.0.0.1:" + closed + "/token"));

        ProblemException e =
                catchThrowableOfType(ProblemException.class, () -> nobody.over(manager(LOGIN), LOGIN, address(LOGIN)));

        assertThat(e.problem().fault()).isEqualTo(SsisRunFaults.IDENTITY_MISSING);
        assertThat(e.problem().message()).contains("'Db'").contains("127.0.0.1:" + closed);
        assertThat(e.problem().evidence()).containsEntry("ssisCode", "0xC020801F");
    }
}
