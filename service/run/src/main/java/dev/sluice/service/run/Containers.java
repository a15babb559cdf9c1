package dev.sluice.service.run;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.expression.Expressions;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What containers make of their evaluated type properties when they start: which list is worked through, over which
/// items, and what they give as output.
final class Containers {
    /// Most items of a ForEach or Filter, as in Data Factory.
    static final int MAX_ITEMS = 100_000;

    /// Most iterations at a time, as in Data Factory.
    private static final int MAX_BATCH = 50;

    private static final int DEFAULT_BATCH = 20;

    private Containers() {}

    /// IfCondition.
    static ActivityState branch(Place properties, ActivityState given) {
        boolean result = truth(properties.member("expression"));
        ObjectNode output = Json.object();
        output.put("expressionResult", result);
        return given.giving(output).containing(new Body.Branch(result ? 0 : 1));
    }

    /// Switch: the case whose value is the text that `on` gives, else the default list, which comes last.
    static ActivityState choice(Place properties, ActivityState given) {
        String on = Launch.scalar(properties.member("on"));
        List<Place> cases = properties.member("cases").items();
        int chosen = 0;
        while (chosen < cases.size()
                && !Launch.scalar(cases.get(chosen).member("value")).equals(on)) {
            chosen++;
        }
        ObjectNode output = Json.object();
        output.put("expressionResult", on);
        return given.giving(output).containing(new Body.Branch(chosen));
    }

    /// ForEach.
    static ActivityState loop(Place properties, ActivityState given) {
        ArrayNode items = items(properties);
        boolean sequential = properties.member("isSequential").flag().orElse(false);
        int batch = (int) properties.member("batchCount").whole(1, MAX_BATCH).orElse(DEFAULT_BATCH);
        ObjectNode output = Json.object();
        output.put("ItemsCount", items.size());
        return given.giving(output).containing(Body.Loop.over(items, sequential ? 1 : batch));
    }

    /// Filter: done at once.
    static ObjectNode filter(Place properties, Scopes here) {
        ArrayNode items = items(properties);
        Place condition = properties.member("condition");
        ArrayNode kept = Json.array();
        for (JsonNode item : items) {
            JsonNode result =
                    Expressions.evaluate(condition.json(), here.with(item).activity(), condition.pointer());
            if (truth(new Place(result, condition.pointer()))) {
                kept.add(item);
            }
        }
        ObjectNode output = Json.object();
        output.put("ItemsCount", items.size());
        output.put("FilteredItemsCount", kept.size());
        output.set("Value", kept);
        return output;
    }

    private static ArrayNode items(Place properties) {
        Place place = properties.member("items");
        if (!(place.json() instanceof ArrayNode items)) {
            throw place.present() ? place.invalid("an array") : place.missing();
        }
        if (items.size() > MAX_ITEMS) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(place.pointer())
                    .evidence("what", "The number of items")
                    .evidence("value", items.size())
                    .evidence("limit", MAX_ITEMS)
                    .exception();
        }
        return items;
    }

    private static boolean truth(Place place) {
        return place.flag().orElseThrow(() -> place.invalid("true or false"));
    }
}
