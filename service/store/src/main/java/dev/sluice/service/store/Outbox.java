package dev.sluice.service.store;

import dev.sluice.model.Json;
import java.sql.SQLException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The letters of one step. Their ids follow from the step, which is written once.
final class Outbox {
    private final Session session;
    private final RunTransition step;
    private int sent;

    Outbox(Session session, RunTransition step) {
        this.session = session;
        this.step = step;
    }

    /// What the step says to runs that it names, and to those that its run called.
    void sendAll() throws SQLException {
        for (RunTransition.Letter letter : step.letters()) {
            if (session.exists("SELECT 1 FROM run_state WHERE run_id = ? AND ended = 0", letter.runId())) {
                send(letter.runId(), letter.body());
            }
        }
        if (step.toChildren().isEmpty()) {
            return;
        }
        List<String> children = session.list(
                r -> r.getString(1),
                "SELECT run_id FROM run_state WHERE parent_run = ? AND ended = 0 AND parent_run <> ''",
                step.runId());
        for (String child : children) {
            for (ObjectNode body : step.toChildren()) {
                send(child, body);
            }
        }
    }

    void send(String runId, ObjectNode body) throws SQLException {
        session.update(
                "INSERT INTO letter (letter_id, run_id, sent, body) VALUES (?, ?, ?, ?)",
                step.runId() + "/" + (step.expectedVersion() + 1) + "/" + sent,
                runId,
                Micros.of(step.now()),
                Json.write(body));
        sent++;
    }
}
