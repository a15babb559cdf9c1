package dev.sluice.node.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The console's pages in a real browser, by keyboard and by hand, at both sizes; pictures are left in
/// `target/console`.
@Timeout(420)
class ConsolePagesTest {
    private static final Path PICTURES = Path.of("target/console");

    @TempDir
    Path temp;

    private Path data;
    private LeasingService service;
    private final List<NodeProcess> processes = new ArrayList<>();

    @BeforeEach
    void setUp() throws Exception {
        assumeTrue(Browser.program().isPresent(), "SKIPPED: no Chromium on this machine (Debian: chromium)");
        data = temp.resolve("node");
        service = new LeasingService(temp.resolve("ca"));
    }

    @AfterEach
    void tearDown() {
        processes.forEach(NodeProcess::close);
        if (service != null) {
            service.close();
        }
    }

    private NodeProcess node(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("--data", data.toString()));
        NodeProcess process = new NodeProcess(temp, Map.of(), line.toArray(String[]::new));
        processes.add(process);
        return process;
    }

    private List<String> open() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        NodeProcess command = node("console", "--console-port", Integer.toString(port));
        command.awaitOut("PIN");
        return command.out()
                .lines()
                .map(line -> line.substring(8).strip())
                .limit(2)
                .toList();
    }

    private Browser browser() throws Exception {
        Optional<Path> program = Browser.program();
        return new Browser(program.orElseThrow(), Files.createDirectories(temp.resolve("profile")));
    }

    /// By keyboard alone: the field has the focus, Enter sends.
    private static void signIn(Browser browser, String pin) throws Exception {
        browser.await("document.activeElement && document.activeElement.id === 'pin'");
        browser.type(pin);
        browser.key("Enter", 13);
        browser.await("!document.getElementById('app').hidden");
    }

    private static void picture(Browser browser, String name) throws Exception {
        // Nothing sticks out to the side.
        assertThat(browser.value("document.documentElement.scrollWidth - innerWidth")
                        .asInt(0))
                .as(name)
                .isLessThanOrEqualTo(0);
        browser.picture(PICTURES.resolve(name + ".png"));
    }

    private static void page(Browser browser, String page) throws Exception {
        browser.value("location.hash = '" + page + "'");
        browser.await("!document.getElementById('page-" + page + "').hidden");
    }

    @Test
    void G14_a_machine_is_registered_in_the_page() throws Exception {
        List<String> at = open();
        try (Browser browser = browser()) {
            browser.size(1280, 800, false);
            browser.open(at.get(0));
            browser.await("document.getElementById('gate') && !document.getElementById('gate').hidden");
            picture(browser, "sign-in-1280");
            browser.type("WRONG");
            browser.key("Enter", 13);
            browser.await("document.querySelector('#sign-in .message').textContent.includes('ConsolePinWrong')");
            browser.value("document.getElementById('pin').value = ''; document.getElementById('pin').focus()");
            signIn(browser, at.get(1));
            browser.await("!document.getElementById('unregistered').hidden");
            picture(browser, "register-1280");
            browser.size(390, 844, true);
            picture(browser, "register-390-dark");
            browser.value("document.querySelector('#register [name=key]').focus()");
            browser.type(service.key());
            browser.value("document.querySelector('#register [name=name]').focus()");
            browser.type("by-page");
            browser.key("Enter", 13);
            browser.await("document.getElementById('state').textContent === 'Stopped'");
            assertThat(browser.value("document.getElementById('registration').textContent")
                            .asString(""))
                    .contains("by-page");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    void G14_the_pages_show_and_change_the_node_at_both_sizes_light_and_dark() throws Exception {
        Path key = Files.writeString(temp.resolve("key.txt"), service.key());
        node("start", "--key-file", key.toString(), "--name", "loader-1").awaitOut("online");
        List<String> at = open();
        Path folder = Files.createDirectories(temp.resolve("store"));
        try (Browser browser = browser()) {
            browser.size(1280, 800, false);
            browser.open(at.get(0));
            browser.await("document.getElementById('gate')");
            signIn(browser, at.get(1));
            browser.await("document.getElementById('state').textContent === 'Online'");
            click(browser, "pause");
            browser.await("document.getElementById('state').textContent === 'Draining'");
            picture(browser, "home-draining-1280");
            click(browser, "resume");
            browser.await("document.getElementById('state').textContent === 'Online'");
            picture(browser, "home-1280");

            page(browser, "settings");
            picture(browser, "settings-1280");
            browser.value("document.querySelector('#limit [name=jobs]').value = '1'");
            submit(browser, "limit");
            browser.await("document.querySelector('#limit .message').textContent === 'Saved.'");

            page(browser, "diagnostics");
            browser.await("document.querySelector('#test [name=type]').options.length > 10");
            browser.value(
                    "document.querySelector('#test [name=typeProperties]').value = '{\"host\":\"" + folder + "\"}'");
            submit(browser, "test");
            browser.await("document.querySelector('#test .message').textContent.startsWith('Connected')");
            browser.value("document.querySelector('#test [name=typeProperties]').value = '{\"host\":\"" + folder
                    + "/none\"}'");
            submit(browser, "test");
            browser.await("document.querySelector('#test .message').textContent.includes('none')");
            submit(browser, "network");
            browser.await("document.querySelector('#walks table')");
            submit(browser, "preflight");
            browser.await("document.querySelector('#findings table')");
            submit(browser, "logs");
            browser.await("document.querySelectorAll('#entries .entry').length > 0");
            click(browser, "verbose");
            picture(browser, "diagnostics-1280");
            browser.value("document.getElementById('walks').scrollIntoView()");
            picture(browser, "diagnostics-network-1280");
            browser.value("document.getElementById('entries').scrollIntoView()");
            picture(browser, "diagnostics-log-1280");
            page(browser, "help");
            picture(browser, "help-1280");
            assertThat(browser.value("document.getElementById('verbose').checked")
                            .asBoolean(false))
                    .isTrue();

            for (boolean dark : new boolean[] {false, true}) {
                browser.size(390, 844, dark);
                for (String page : List.of("home", "settings", "diagnostics", "help")) {
                    page(browser, page);
                    browser.value("scrollTo(0, 0)");
                    picture(browser, page + "-390" + (dark ? "-dark" : ""));
                }
            }
            browser.size(1280, 800, true);
            page(browser, "home");
            picture(browser, "home-1280-dark");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static void click(Browser browser, String id) throws Exception {
        browser.value("document.getElementById('" + id + "').click()");
    }

    private static void submit(Browser browser, String form) throws Exception {
        browser.value("document.getElementById('" + form + "').requestSubmit()");
    }
}
