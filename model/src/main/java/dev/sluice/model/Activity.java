package dev.sluice.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One activity of a pipeline, read-only.
///
/// What may be an expression (policy, references, user properties, type properties) is read when asked for: from an
/// activity as written it throws where an expression stands, from an evaluated one it gives values.
///
/// @param name unique in its list, compared without regard to case
/// @param type e.g. `Copy`, in the case it was written; see [#is(String)]
/// @param dependsOn what must have ended first; all of them
/// @param inactive whether it is not to run but to count as [#markAs()]
/// @param markAs the outcome an inactive activity counts as: Succeeded, Failed or Skipped
/// @param place where it stands in the document
public record Activity(
        String name,
        String type,
        List<Dependency> dependsOn,
        boolean inactive,
        Dependency.Condition markAs,
        Place place) {
    public Activity {
        dependsOn = List.copyOf(dependsOn);
    }

    /// Reads the structure of an activity; throws a located problem for the first thing that is wrong.
    public static Activity of(Place place) {
        return new Activity(
                place.member("name").requiredText(),
                place.member("type").requiredText(),
                place.member("dependsOn").items().stream().map(Dependency::of).toList(),
                inactive(place.member("state")),
                markAs(place.member("onInactiveMarkAs")),
                place);
    }

    /// The same activity in its evaluated form.
    public Activity evaluated(JsonNode json) {
        return new Activity(name, type, dependsOn, inactive, markAs, new Place(json, place.pointer()));
    }

    /// Whether it is of that type; type names are compared without regard to case.
    public boolean is(String typeName) {
        return type.equalsIgnoreCase(typeName);
    }

    public JsonNode json() {
        return place.json();
    }

    public Place typeProperties() {
        return place.member("typeProperties");
    }

    public Policy policy() {
        return Policy.of(place.member("policy"));
    }

    /// Datasets read from (Copy has one).
    public List<Reference> inputs() {
        return place.member("inputs").items().stream().map(Reference::of).toList();
    }

    /// Datasets written to (Copy has one).
    public List<Reference> outputs() {
        return place.member("outputs").items().stream().map(Reference::of).toList();
    }

    /// The linked service an execution activity runs on; Copy has none.
    public Optional<Reference> linkedService() {
        Place at = place.member("linkedServiceName");
        return at.present() ? Optional.of(Reference.of(at)) : Optional.empty();
    }

    /// Names and values the author wants to see in monitoring.
    public Map<String, JsonNode> userProperties() {
        Map<String, JsonNode> properties = new LinkedHashMap<>();
        for (Place p : place.member("userProperties").items()) {
            properties.put(p.member("name").requiredText(), p.member("value").json());
        }
        return properties;
    }

    private static boolean inactive(Place state) {
        return state.text()
                .map(text -> switch (text.toLowerCase(java.util.Locale.ROOT)) {
                    case "active" -> false;
                    case "inactive" -> true;
                    default -> throw state.invalid("Active or Inactive");
                })
                .orElse(false);
    }

    private static Dependency.Condition markAs(Place place) {
        return place.text()
                .map(text -> Dependency.Condition.of(text)
                        .filter(c -> c != Dependency.Condition.COMPLETED)
                        .orElseThrow(() -> place.invalid("Succeeded, Failed or Skipped")))
                .orElse(Dependency.Condition.SUCCEEDED);
    }
}
