package dev.sluice.node.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.sluice.secrets.Redaction;
import dev.sluice.secrets.Secret;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogLineTest {
    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void setUp() {
        context.setMDCAdapter(new LogbackMDCAdapter());
    }

    @Test
    void a_line_has_no_secret_in_words_or_trace() {
        Redaction redaction = new Redaction();
        try (Redaction.Registration known = redaction.register(Secret.of("Zauberwort"))) {
            assertThat(known).isNotNull();
            String line = line(redaction, "login with Zauberwort", new IllegalStateException("not Zauberwort"));
            assertThat(line)
                    .contains("login with **********")
                    .contains("not **********")
                    .doesNotContain("Zauberwort");
        }
    }

    @Test
    void a_line_is_cut_where_it_would_flood_the_log() {
        assertThat(line(new Redaction(), "x".repeat(1_000_000), null).length())
                .isLessThan(dev.sluice.node.tools.log.LogEntry.MAX_MESSAGE + 100);
    }

    private String line(Redaction redaction, String message, Throwable trace) {
        LoggingEvent event = new LoggingEvent(
                "fqcn", context.getLogger("dev.sluice.node.app.Some"), Level.INFO, message, trace, new Object[0]);
        return new String(new LogLine(redaction, LogLine.Look.TEXT).encode(event), StandardCharsets.UTF_8);
    }
}
