package dev.sluice.service.run;

import dev.sluice.model.error.ActivityError;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// What a container knows about the work inside it. The states of the activities inside stand beside the container's
/// own, and only while their list is being worked through: what is over leaves nothing but its part in these numbers.
public sealed interface Body {
    /// IfCondition, Switch: one of the lists is worked through, once.
    ///
    /// @param list which one, in the order of [dev.sluice.model.InnerLists#of]
    record Branch(int list) implements Body {}

    /// ForEach: the list is worked through once for each item.
    ///
    /// @param count how many items there are
    /// @param batch most iterations at a time
    /// @param next the next item to begin with, from 0
    /// @param rest the last items, from one before or at `next` on; treated as immutable
    /// @param running the items of iterations that go on, by index
    /// @param failed how many iterations have failed
    /// @param cause how the first of them failed; null when none has
    record Loop(
            int count,
            int batch,
            int next,
            ArrayNode rest,
            Map<Integer, JsonNode> running,
            int failed,
            @Nullable ActivityError cause)
            implements Body {
        public Loop {
            running = Collections.unmodifiableMap(new LinkedHashMap<>(running));
        }

        static Loop over(ArrayNode items, int batch) {
            return new Loop(items.size(), batch, 0, items, Map.of(), 0, null);
        }

        JsonNode item(int index) {
            return java.util.Objects.requireNonNull(running.get(index));
        }

        boolean exhausted() {
            return next == count;
        }

        /// With one more iteration running, number `next`. Items that have been begun are dropped from `rest` once
        /// they are half of it, so that the copying costs a constant per item.
        Loop begun() {
            int gone = count - rest.size();
            Map<Integer, JsonNode> more = new LinkedHashMap<>(running);
            more.put(next, rest.get(next - gone));
            int used = next + 1 - gone;
            ArrayNode kept = used * 2 >= rest.size() ? tail(used) : rest;
            return new Loop(count, batch, next + 1, kept, more, failed, cause);
        }

        private ArrayNode tail(int from) {
            ArrayNode tail = dev.sluice.model.Json.array();
            for (int i = from; i < rest.size(); i++) {
                tail.add(rest.get(i));
            }
            return tail;
        }

        Loop ended(int index, @Nullable ActivityError failure) {
            Map<Integer, JsonNode> fewer = new LinkedHashMap<>(running);
            fewer.remove(index);
            return new Loop(
                    count,
                    batch,
                    next,
                    rest,
                    fewer,
                    failed + (failure == null ? 0 : 1),
                    cause == null ? failure : cause);
        }
    }

    /// Until: the list is worked through again and again.
    ///
    /// @param pass which time this is, from 0
    record Passes(int pass) implements Body {}
}
