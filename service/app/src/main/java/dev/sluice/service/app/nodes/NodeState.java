package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.Hop;
import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// What a node or a group is, and why it is not Online.
///
/// @param reason empty only for what is Online
record NodeState(Word word, Optional<Problem> reason) {
    static final NodeState ONLINE = new NodeState(Word.ONLINE, Optional.empty());

    /// The words of Data Factory.
    enum Word {
        /// A group without nodes.
        NEED_REGISTRATION("NeedRegistration"),
        ONLINE("Online"),
        /// It speaks, but does not do all of its work.
        LIMITED("Limited"),
        /// It takes another version of its software.
        UPGRADING("Upgrading"),
        /// It reaches the service and is not let in: differs from what the group needs.
        INACTIVE("Inactive"),
        /// It does not speak.
        OFFLINE("Offline");

        private final String text;

        Word(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    static NodeState of(Word word, Problem reason) {
        return new NodeState(word, Optional.of(reason));
    }

    /// `{code, hop, message, resolution}`; ours, Data Factory has no such member.
    ObjectNode reasonJson() {
        ObjectNode json = Json.object();
        reason.ifPresent(problem -> {
            json.put("code", problem.code());
            Hop.of(problem.code()).ifPresent(hop -> json.put("hop", hop.word()));
            json.put("message", problem.message());
            var steps = json.putArray("resolution");
            problem.resolution().forEach(steps::add);
        });
        return json;
    }
}
