package dev.sluice.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Where control activities keep the activities inside them: ForEach and Until in `activities`, IfCondition in
/// `ifTrueActivities` and `ifFalseActivities`, Switch in each of its `cases` and in `defaultActivities`.
public final class InnerLists {
    private InnerLists() {}

    /// The inner lists of an activity, in the order of the list above; absent lists among them, none for an activity
    /// that contains no others. What is not an array is returned as it is.
    public static List<Place> of(Place activity) {
        Place properties = activity.member("typeProperties");
        String type = activity.member("type").json().asString("");
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "foreach", "until" -> List.of(properties.member("activities"));
            case "ifcondition" ->
                List.of(properties.member("ifTrueActivities"), properties.member("ifFalseActivities"));
            case "switch" -> switchLists(properties);
            default -> List.of();
        };
    }

    private static List<Place> switchLists(Place properties) {
        List<Place> lists = new ArrayList<>();
        Place cases = properties.member("cases");
        if (cases.json().isArray()) {
            cases.items().forEach(one -> lists.add(one.member("activities")));
        }
        lists.add(properties.member("defaultActivities"));
        return lists;
    }
}
