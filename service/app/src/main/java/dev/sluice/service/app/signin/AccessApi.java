package dev.sluice.service.app.signin;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.access.Role;
import dev.sluice.service.app.access.Tokens;
import dev.sluice.service.app.documents.FactoryId;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.Documents;
import dev.sluice.service.store.Principals;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Service principals (operations of our own) and who has which role where (role assignments in the shapes of
/// `Microsoft.Authorization`, so that `az role assignment` works with object ids).
public final class AccessApi {
    private static final int MOST_NAME = 120;
    private static final int PAGE = 500;
    private static final String PRINCIPALS = "/api/v1/service-principals";
    private static final String AUTHORIZATION = "/providers/Microsoft.Authorization/";
    private static final String GUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final Pattern OF_PRINCIPAL =
            Pattern.compile("(?:principalId|assignedTo\\()\\s*(?:eq)?\\s*'(" + GUID + ")'\\)?");
    private static final Pattern OF_NAME = Pattern.compile("roleName\\s+eq\\s+'([^']*)'");

    private final Principals principals;
    private final Documents documents;
    private final SignIn signIn;
    private final InstantSource clock;

    public AccessApi(Principals principals, Documents documents, SignIn signIn, InstantSource clock) {
        this.principals = principals;
        this.documents = documents;
        this.signIn = signIn;
        this.clock = clock;
    }

    public void addTo(Routes routes) {
        routes.add("POST", PRINCIPALS, Permission.ADMINISTER, this::create)
                .add("GET", PRINCIPALS, Permission.ADMINISTER, this::list)
                .add("DELETE", PRINCIPALS + "/{id}", Permission.ADMINISTER, this::delete)
                .add("POST", PRINCIPALS + "/{id}/secret", Permission.ADMINISTER, this::resetSecret);
        for (String scope : List.of("", Paths.SUBSCRIPTION, Paths.GROUP, Paths.FACTORY)) {
            String assignments = scope + AUTHORIZATION + "roleAssignments";
            String definitions = scope + AUTHORIZATION + "roleDefinitions";
            routes.add("GET", assignments, Permission.ADMINISTER, this::assignments)
                    .add("PUT", assignments + "/{id}", Permission.ADMINISTER, this::assign)
                    .add("GET", assignments + "/{id}", Permission.ADMINISTER, this::assignment)
                    .add("DELETE", assignments + "/{id}", Permission.ADMINISTER, this::withdraw)
                    .add("GET", definitions, Permission.SIGNED_IN, this::definitions)
                    .add("GET", definitions + "/{id}", Permission.SIGNED_IN, this::definition);
        }
    }

    // ---- service principals

    /// `{name, role?, scope?}`: the secret is shown this once.
    private Answer create(Call call) {
        Place body = Place.root(call.request().json());
        String name = body.member("name").requiredText();
        if (name.length() > MOST_NAME) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at("/name")
                    .evidence("what", "The length of 'name'")
                    .evidence("value", name.length())
                    .evidence("limit", MOST_NAME)
                    .exception();
        }
        Optional<Role> role = body.member("role").present() ? Optional.of(role(body.member("role"))) : Optional.empty();
        String scope = asCreated(Scopes.read(body.member("scope")));
        String id = UUID.randomUUID().toString();
        String secret = secret();
        principals.add(
                new Principals.Principal(id, name, Tokens.hash(secret), clock.instant()),
                call.caller().name());
        role.ifPresent(r -> principals.assign(
                new Principals.Assignment(UUID.randomUUID().toString(), id, scope, r.word(), clock.instant()),
                call.caller().name()));
        return Answer.ok(Json.object()
                .put("appId", id)
                .put("displayName", name)
                .put("password", secret)
                .put("tenant", signIn.tenant()));
    }

    private static String secret() {
        String token = Tokens.fresh("s");
        return token.substring(token.indexOf('.') + 1);
    }

    private Answer list(Call call) {
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        all(principals::list, Principals.Principal::id).forEach(p -> {
            ObjectNode one = value.addObject();
            one.put("appId", p.id()).put("displayName", p.name()).put("created", Timestamps.format(p.created()));
            ArrayNode roles = one.putArray("roles");
            principals
                    .of(p.id())
                    .forEach(a -> roles.addObject().put("role", a.role()).put("scope", shownScope(a)));
        });
        return Answer.ok(json);
    }

    private interface Pages<T> {
        List<T> after(String id, int limit);
    }

    private static <T> Stream<T> all(Pages<T> pages, java.util.function.Function<T, String> id) {
        return Stream.iterate(
                        pages.after("", PAGE),
                        page -> !page.isEmpty(),
                        page -> pages.after(id.apply(page.getLast()), PAGE))
                .flatMap(List::stream);
    }

    private Answer delete(Call call) {
        boolean there = principals.remove(call.variable("id"), call.caller().name(), clock.instant());
        return Answer.empty(there ? 200 : 204);
    }

    private Answer resetSecret(Call call) {
        String id = call.variable("id");
        String secret = secret();
        if (!principals.secret(id, Tokens.hash(secret), call.caller().name(), clock.instant())) {
            throw ServiceFaults.NOT_FOUND.with("object", "service principal", "name", id);
        }
        return Answer.ok(Json.object()
                .put("appId", id.toLowerCase(Locale.ROOT))
                .put("password", secret)
                .put("tenant", signIn.tenant()));
    }

    // ---- role assignments

    /// The scope that a path speaks of.
    private String scope(Call call) {
        StringBuilder scope = new StringBuilder();
        if (call.variables().containsKey("subscription")) {
            scope.append("/subscriptions/").append(call.variable("subscription"));
        }
        if (call.variables().containsKey("group")) {
            scope.append("/resourceGroups/").append(call.variable("group"));
        }
        if (call.variables().containsKey("factory")) {
            scope.append(Paths.FACTORIES).append('/').append(call.variable("factory"));
        }
        return asCreated(scope.toString());
    }

    /// A factory's scope is where it was created, however it is spelt.
    private String asCreated(String scope) {
        return FactoryId.parse(scope)
                .flatMap(id -> documents.factory(id.factory()))
                .map(Paths::id)
                .orElse(scope);
    }

    private Answer assign(Call call) {
        String id = call.variable("id");
        if (!id.matches(GUID)) {
            throw ServiceFaults.BAD_REQUEST.with("detail", "the name of a role assignment is a GUID, not '" + id + "'");
        }
        Place properties = Place.root(call.request().json()).member("properties");
        Place principal = properties.member("principalId");
        if (!principal.requiredText().matches(GUID)) {
            throw principal.invalid("a GUID: the appId of a service principal");
        }
        Place wanted = properties.member("roleDefinitionId");
        Role role = role(wanted);
        // An assignment elsewhere is not to be taken over by whoever owns this place.
        principals
                .assignment(id)
                .filter(before -> !before.scope().equalsIgnoreCase(scope(call)))
                .ifPresent(before -> {
                    throw ServiceFaults.BAD_REQUEST.with(
                            "detail", "there is a role assignment '" + id + "' in another scope");
                });
        Principals.Assignment assignment = new Principals.Assignment(
                id.toLowerCase(Locale.ROOT),
                principal.requiredText().toLowerCase(Locale.ROOT),
                scope(call),
                role.word(),
                clock.instant());
        principals.assign(assignment, call.caller().name());
        return Answer.of(201, shown(assignment));
    }

    private static Role role(Place wanted) {
        String id = wanted.requiredText();
        return Role.of(id.substring(id.lastIndexOf('/') + 1)).orElseThrow(() -> wanted.invalid(Scopes.ROLES));
    }

    /// Those that hold in the scope: given there or above.
    private Answer assignments(Call call) {
        String scope = scope(call);
        Optional<String> principal = filter(call, OF_PRINCIPAL);
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        all(principals::assignments, Principals.Assignment::id)
                .filter(a -> principal.isEmpty() || a.principal().equalsIgnoreCase(principal.get()))
                .filter(a -> covers(a.scope(), scope))
                .forEach(a -> value.add(shown(a)));
        return Answer.ok(json);
    }

    private static boolean covers(String outer, String inner) {
        String key = outer.toLowerCase(Locale.ROOT);
        String place = inner.toLowerCase(Locale.ROOT);
        return place.equals(key) || place.startsWith(key + "/");
    }

    private static Optional<String> filter(Call call, Pattern pattern) {
        return call.request()
                .parameter("$filter")
                .map(pattern::matcher)
                .filter(Matcher::find)
                .map(m -> m.group(1));
    }

    private Optional<Principals.Assignment> named(Call call) {
        return principals.assignment(call.variable("id")).filter(a -> a.scope().equalsIgnoreCase(scope(call)));
    }

    private Answer assignment(Call call) {
        return Answer.ok(shown(named(call)
                .orElseThrow(
                        () -> ServiceFaults.NOT_FOUND.with("object", "role assignment", "name", call.variable("id")))));
    }

    private Answer withdraw(Call call) {
        Optional<Principals.Assignment> assignment = named(call);
        if (assignment.isEmpty()) {
            return Answer.empty(204);
        }
        principals.withdraw(assignment.get().id(), call.caller().name(), clock.instant());
        return Answer.ok(shown(assignment.get()));
    }

    private static String shownScope(Principals.Assignment assignment) {
        return assignment.scope().isEmpty() ? "/" : assignment.scope();
    }

    private static ObjectNode shown(Principals.Assignment assignment) {
        ObjectNode json = Json.object();
        json.put("id", assignment.scope() + AUTHORIZATION + "roleAssignments/" + assignment.id());
        json.put("name", assignment.id());
        json.put("type", "Microsoft.Authorization/roleAssignments");
        ObjectNode properties = json.putObject("properties");
        properties.put(
                "roleDefinitionId",
                AUTHORIZATION
                        + "roleDefinitions/"
                        + Role.of(assignment.role()).map(Role::id).orElse(assignment.role()));
        properties.put("principalId", assignment.principal());
        properties.put("principalType", "ServicePrincipal");
        properties.put("scope", shownScope(assignment));
        properties.put("createdOn", Timestamps.format(assignment.created()));
        return json;
    }

    // ---- roles

    private Answer definitions(Call call) {
        Optional<String> name = filter(call, OF_NAME);
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        Arrays.stream(Role.values())
                .filter(role -> name.isEmpty() || role.word().equalsIgnoreCase(name.get()))
                .forEach(role -> value.add(shown(role)));
        return Answer.ok(json);
    }

    private Answer definition(Call call) {
        String id = call.variable("id");
        return Answer.ok(
                shown(Role.of(id).orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "role", "name", id))));
    }

    private static ObjectNode shown(Role role) {
        ObjectNode json = Json.object();
        json.put("id", AUTHORIZATION + "roleDefinitions/" + role.id());
        json.put("name", role.id());
        json.put("type", "Microsoft.Authorization/roleDefinitions");
        ObjectNode properties = json.putObject("properties");
        properties.put("roleName", role.word());
        properties.put("type", "BuiltInRole");
        properties.put("description", role.description());
        properties.putArray("assignableScopes").add("/");
        properties.putArray("permissions");
        return json;
    }
}
