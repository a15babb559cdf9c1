package dev.sluice.service.app.signin;

import dev.sluice.model.Json;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.Documents;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The tenant, its subscriptions and their resource groups, as clients look for them when they sign in. All of them are
/// labels: a subscription or resource group is there as soon as somebody names it, and keeps nothing of its own.
public final class DirectoryApi {
    /// Shown where there is no other, as `az` does not sign in to a tenant without a subscription.
    static final String DEFAULT = "00000000-0000-0000-0000-000000000000";

    private final Documents documents;
    private final SignIn signIn;

    public DirectoryApi(Documents documents, SignIn signIn) {
        this.documents = documents;
        this.signIn = signIn;
    }

    public void addTo(Routes routes) {
        String groups = Paths.SUBSCRIPTION + "/resourcegroups";
        routes.add("GET", "/tenants", Permission.SIGNED_IN, call -> tenants())
                .add("GET", "/subscriptions", Permission.SIGNED_IN, this::subscriptions)
                .add(
                        "GET",
                        Paths.SUBSCRIPTION,
                        Permission.SIGNED_IN,
                        call -> Answer.ok(subscription(call.variable("subscription"))))
                .add("GET", groups, Permission.SIGNED_IN, this::groups)
                .add("GET", groups + "/{group}", Permission.SIGNED_IN, this::group)
                .add("PUT", groups + "/{group}", Permission.WRITE, this::group)
                .add("HEAD", groups + "/{group}", Permission.SIGNED_IN, call -> Answer.empty(204))
                .add("GET", Paths.SUBSCRIPTION + "/providers/{provider}", Permission.SIGNED_IN, this::provider);
    }

    private Answer tenants() {
        ObjectNode json = Json.object();
        json.putArray("value")
                .addObject()
                .put("id", "/tenants/" + signIn.tenant())
                .put("tenantId", signIn.tenant())
                .put("displayName", "Sluice")
                .put("countryCode", "");
        return Answer.ok(json);
    }

    private Answer subscriptions(Call call) {
        List<String> visible = new ArrayList<>(documents.subscriptions().stream()
                .filter(id -> call.caller().knows("/subscriptions/" + id))
                .toList());
        if (visible.isEmpty()) {
            visible.add(DEFAULT);
        }
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        visible.forEach(id -> value.add(subscription(id)));
        json.putObject("count").put("type", "Total").put("value", visible.size());
        return Answer.ok(json);
    }

    private ObjectNode subscription(String id) {
        ObjectNode json = Json.object();
        json.put("id", "/subscriptions/" + id);
        json.put("subscriptionId", id);
        json.put("tenantId", signIn.tenant());
        json.put("displayName", id.equals(DEFAULT) ? "Sluice" : id);
        json.put("state", "Enabled");
        json.put("authorizationSource", "RoleBased");
        return json;
    }

    private Answer groups(Call call) {
        String subscription = call.variable("subscription");
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        documents.resourceGroups(subscription).stream()
                .filter(name -> call.caller().knows("/subscriptions/" + subscription + "/resourceGroups/" + name))
                .forEach(name -> value.add(group(subscription, name)));
        return Answer.ok(json);
    }

    private Answer group(Call call) {
        return Answer.ok(group(call.variable("subscription"), call.variable("group")));
    }

    private static ObjectNode group(String subscription, String name) {
        ObjectNode json = Json.object();
        json.put("id", "/subscriptions/" + subscription + "/resourceGroups/" + name);
        json.put("name", name);
        json.put("type", "Microsoft.Resources/resourceGroups");
        json.put("location", "local");
        json.putObject("properties").put("provisioningState", "Succeeded");
        return json;
    }

    /// A resource provider; Data Factory's is registered everywhere.
    private Answer provider(Call call) {
        String name = call.variable("provider");
        boolean ours = name.equalsIgnoreCase("Microsoft.DataFactory");
        ObjectNode json = Json.object();
        json.put("id", "/subscriptions/" + call.variable("subscription") + "/providers/" + name);
        json.put("namespace", ours ? "Microsoft.DataFactory" : name);
        json.put("registrationState", ours ? "Registered" : "NotRegistered");
        ArrayNode types = json.putArray("resourceTypes");
        if (ours) {
            ObjectNode type = types.addObject();
            type.put("resourceType", "factories");
            type.putArray("locations").add("local");
            type.putArray("apiVersions").add("2018-06-01");
        }
        return Answer.ok(json);
    }
}
