package dev.sluice.service.run;

import dev.sluice.expression.Expressions;
import dev.sluice.expression.Scope;
import dev.sluice.model.Activity;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.Policy;
import dev.sluice.model.Reference;
import dev.sluice.model.secret.SecretPlaces;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An activity with its expressions evaluated, as far as its type wants that done when it starts.
record Evaluated(Activity activity, ActivityType type) {
    /// Members of an activity in which expressions count.
    private static final Set<String> DYNAMIC =
            Set.of("typeproperties", "policy", "userproperties", "inputs", "outputs", "linkedservicename");

    static Evaluated of(Activity activity, ActivityType type, Scopes here) {
        Scope scope = type == ActivityType.SET_VARIABLE ? here.activity(notItself(activity)) : here.activity();
        ObjectNode json = Json.object();
        for (Map.Entry<String, Place> member : activity.place().members().entrySet()) {
            Place place = member.getValue();
            String name = member.getKey().toLowerCase(Locale.ROOT);
            if (!DYNAMIC.contains(name)) {
                json.set(member.getKey(), place.json());
            } else if (name.equals("typeproperties") && type.control()) {
                json.set(member.getKey(), early(place, type, scope));
            } else {
                json.set(member.getKey(), Expressions.evaluate(place.json(), scope, place.pointer()));
            }
        }
        return new Evaluated(activity.evaluated(json), type);
    }

    /// Data Factory refuses a variable that is set from itself.
    private static java.util.function.Consumer<String> notItself(Activity activity) {
        Place properties = activity.typeProperties();
        JsonNode own = properties.member("variableName").json();
        return name -> {
            if (own.isString() && own.stringValue().equalsIgnoreCase(name)) {
                throw properties.member("value").invalid("an expression that does not read the variable it sets");
            }
        };
    }

    private static ObjectNode early(Place properties, ActivityType type, Scope scope) {
        ObjectNode json = Json.object();
        properties
                .members()
                .forEach((name, place) -> json.set(
                        name,
                        type.early(name) ? Expressions.evaluate(place.json(), scope, place.pointer()) : place.json()));
        return json;
    }

    /// The state that shows what the attempt was given.
    ActivityState given(ActivityState begun) {
        return begun.given(
                policy(),
                input(),
                userProperties(),
                activity.linkedService().map(Reference::name).orElse(""));
    }

    /// Containers have no policy; an Until and a Validation have a timeout among their type properties.
    private Policy policy() {
        if (type == ActivityType.EXECUTE_PIPELINE) {
            return activity.policy().once();
        }
        if (type == ActivityType.WEB_HOOK) {
            return Callback.policy(activity);
        }
        if (!type.control() && type != ActivityType.VALIDATION) {
            return activity.policy();
        }
        return Policy.ofTimeout(activity.typeProperties().member("timeout"));
    }

    /// What the record shows as input: the type properties, secrets masked; of containers only what decided their
    /// work, and neither whole lists of items nor the activities inside.
    private JsonNode input() {
        if (!(activity.typeProperties().json() instanceof ObjectNode properties)) {
            return Json.object();
        }
        ObjectNode shown = properties;
        if (type.control()) {
            shown = Json.object();
            for (Map.Entry<String, JsonNode> e : properties.properties()) {
                if (type.early(e.getKey()) && !e.getKey().equalsIgnoreCase("items")) {
                    shown.set(e.getKey(), e.getValue());
                }
            }
        }
        return SecretPlaces.masked(shown);
    }

    private Map<String, String> userProperties() {
        Map<String, String> texts = new LinkedHashMap<>();
        activity.userProperties()
                .forEach((name, value) -> texts.put(name, value.isString() ? value.stringValue() : Json.write(value)));
        return texts;
    }
}
