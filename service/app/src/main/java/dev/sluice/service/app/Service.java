package dev.sluice.service.app;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Identity;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.service.app.access.AuthKeys;
import dev.sluice.service.app.access.Role;
import dev.sluice.service.app.access.Tokens;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.FactoryApi;
import dev.sluice.service.app.documents.GlobalParameterApi;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.documents.Reseals;
import dev.sluice.service.app.documents.RuntimeLinks;
import dev.sluice.service.app.documents.Sealing;
import dev.sluice.service.app.http.Gate;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.http.Turnstile;
import dev.sluice.service.app.http.WebServer;
import dev.sluice.service.app.nodes.Nodes;
import dev.sluice.service.app.runs.Callbacks;
import dev.sluice.service.app.runs.Chores;
import dev.sluice.service.app.runs.ConnectionTestApi;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.app.runs.ProgressApi;
import dev.sluice.service.app.runs.ProgressBoard;
import dev.sluice.service.app.runs.RunApi;
import dev.sluice.service.app.signin.AccessApi;
import dev.sluice.service.app.signin.DirectoryApi;
import dev.sluice.service.app.signin.SignIn;
import dev.sluice.service.app.signin.TokenApi;
import dev.sluice.service.app.ssis.Catalog;
import dev.sluice.service.app.surface.ImpactApi;
import dev.sluice.service.app.surface.LimitsApi;
import dev.sluice.service.app.surface.SurfaceApi;
import dev.sluice.service.app.triggers.Triggers;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running service: everything it is made of, put together here and nowhere else.
public final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private final Settings settings;
    /// What is to be closed, the last opened first.
    private final Deque<AutoCloseable> open;
    private final Routes routes = new Routes();
    private final WebServer server;
    private final Chores chores;
    private final Triggers triggers;
    private final Catalog catalog;
    private final ServerCertificate certificate;

    private Service(Settings settings, Deque<AutoCloseable> open) {
        this.settings = settings;
        this.open = open;
        DataFolder folder = opened(DataFolder.take(settings.data().toAbsolutePath()));
        Store store = opened(store(settings, folder));
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.tls(), settings.clock());
        AuthKeys keys = new AuthKeys(folder.masterKey(), authority.certificate());
        Tokens tokens = new Tokens(store.access(), settings.clock());
        admit(folder, tokens);
        SignIn signIn = opened(new SignIn(
                tokens, store.principals(), folder.tokenKey(), folder.issuers(), settings.clock(), tenant(authority)));

        Groups groups = new Groups(store, settings.clock());
        Sealing sealing = new Sealing(store, credentials(folder.credentials(), authority), settings.clock());
        Dispatcher dispatcher =
                new Dispatcher(store, groups, sealing::sealArgument, settings.clock(), new SecureRandom());
        Reseals reseals = new Reseals(store, sealing, settings.clock());
        ProgressBoard board = new ProgressBoard();
        Nodes nodes = new Nodes(
                store,
                dispatcher,
                board,
                sealing,
                reseals,
                settings.limits(),
                settings.clock(),
                folder.nonces(),
                folder.updates(),
                folder.announced());
        opened(nodes.afterwards());
        DocumentApi documents = new DocumentApi(
                store,
                sealing,
                new RuntimeLinks(store, sealing, keys, tenant(authority)),
                settings.clock(),
                settings.pageSize(),
                saved -> {
                    groupFor(groups, saved);
                    reseals.saved(saved);
                });
        ExecutorService aside = opened(Executors.newVirtualThreadPerTaskExecutor());

        Turnstile turnstile = new Turnstile(settings.perCaller(), settings.perFactory(), settings.clock());
        new FactoryApi(store, sealing, settings.clock(), settings.pageSize()).addTo(routes);
        Callbacks callbacks = new Callbacks(dispatcher, folder.masterKey(), this::endpoint);
        callbacks.addTo(routes);
        Catalog catalog = new Catalog(
                store, dispatcher, groups, sealing, documents, settings.clock(), settings.pageSize(), routes);
        nodes.addTo(
                routes,
                keys,
                authority,
                documents,
                groups,
                callbacks,
                this::endpoint,
                aside,
                catalog.executions(),
                turnstile);
        new RunApi(store, dispatcher, documents, board, settings.clock(), settings.pageSize()).addTo(routes);
        new ConnectionTestApi(store, dispatcher, documents, settings.clock()).addTo(routes);
        new ProgressApi(store, board, settings.clock()).addTo(routes);
        Triggers triggers =
                new Triggers(store, dispatcher, groups, documents, settings.clock(), settings.pageSize(), routes);
        documents.addTo(routes);
        new GlobalParameterApi(store, sealing, documents, settings.clock()).addTo(routes);
        new SurfaceApi(documents).addTo(routes);
        new LimitsApi(documents, turnstile).addTo(routes);
        new ImpactApi(store, documents).addTo(routes);
        new Own(tokens, store).addTo(routes);
        new TokenApi(signIn, documents, settings.clock()).addTo(routes);
        new AccessApi(store.principals(), store.documents(), signIn, settings.clock()).addTo(routes);
        new DirectoryApi(store.documents(), signIn).addTo(routes);

        this.certificate = opened(new ServerCertificate(authority, folder.tls(), settings.host()));
        this.server = opened(new WebServer(
                new Gate(routes, signIn, name -> place(store, name), turnstile),
                certificate.identity(),
                settings.port()));
        opened(nodes);
        this.chores = opened(new Chores(
                store,
                dispatcher,
                settings.clock(),
                settings.limits().lease(),
                id -> nodes.members().name(id),
                aside));
        chores.hourly(nodes.expiry()::round);
        this.triggers = opened(triggers);
        this.catalog = opened(catalog);
        // Nobody could renew a lease while there was no service.
        store.jobs().grace(settings.clock().instant().plus(settings.limits().lease()));
        dispatcher.resume();
        server.start();
        folder.autoResolveKey(keys.key(groups.builtIn(), 1, endpoint()));
        folder.describe(url());
        certificate.watch(server);
        chores.start();
        triggers.start();
        catalog.start();
    }

    /// Starts a service; it serves when this returns.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when the folder, the database or the port cannot be had
    public static Service start(Settings settings) {
        Deque<AutoCloseable> open = new ArrayDeque<>();
        try {
            return new Service(settings, open);
        } catch (RuntimeException e) {
            close(open);
            throw e;
        }
    }

    /// The GUID under which clients know this service: it stays as long as its authority does.
    private static String tenant(CertificateAuthority authority) {
        return UUID.nameUUIDFromBytes(authority.certificate().getPublicKey().getEncoded())
                .toString();
    }

    private static String place(Store store, String factory) {
        return store.documents().factory(factory).map(Paths::id).orElse("");
    }

    private static Store store(Settings settings, DataFolder folder) {
        if (settings.database().equals("sqlite")) {
            return Store.sqlite(folder.database());
        }
        if (settings.database().startsWith("jdbc:postgresql:")) {
            return Store.postgres(settings.database());
        }
        throw ServiceFaults.BAD_REQUEST.with("detail", "--database must be sqlite or begin with jdbc:postgresql://");
    }

    /// The first token lies in a file; the database knows its hash.
    private static void admit(DataFolder folder, Tokens tokens) {
        String token = folder.secret(folder.adminToken(), () -> Tokens.fresh(Own.FIRST));
        if (token.indexOf('.') < 1) {
            throw ServiceFaults.FOLDER_UNUSABLE.with(
                    "path",
                    folder.adminToken(),
                    "detail",
                    "there is no token in it; remove the file to get a new one.");
        }
        if (!tokens.isAccepted(token)) {
            tokens.accept(token, "admin", Role.OWNER, "service");
        }
    }

    private static Identity credentials(Path folder, CertificateAuthority authority) {
        if (NodeKeys.exist(folder)) {
            NodeKeys kept = NodeKeys.load(folder);
            if (kept.isCertified()) {
                return kept.identity();
            }
        }
        NodeKeys made = NodeKeys.create(folder);
        var issued =
                authority.issueNode(made.certificateRequest("service credentials"), "service credentials", List.of());
        return made.accept(Certificates.toPem(List.of(issued, authority.certificate())));
    }

    private static void groupFor(Groups groups, StoredDocument saved) {
        if (saved.document().kind() == DocumentKind.INTEGRATION_RUNTIME
                && IntegrationRuntime.of(saved.document()).selfHosted()) {
            groups.selfHosted(saved.factory(), saved.document().name());
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    /// `https://host:port`.
    public String url() {
        return "https://" + endpoint();
    }

    private String endpoint() {
        return settings.host() + ":" + server.port();
    }

    /// What it answers to.
    Routes routes() {
        return routes;
    }

    /// Looks at the clock now; for tests with a clock of their own.
    Chores chores() {
        return chores;
    }

    /// Looks at the clock for triggers now; for tests with a clock of their own.
    Triggers triggers() {
        return triggers;
    }

    /// Looks at the clock for the SSIS catalog now; for tests with a clock of their own.
    Catalog catalog() {
        return catalog;
    }

    /// Takes up the server's certificate now if it has changed; for tests.
    void lookAtCertificate() {
        certificate.look(server);
    }

    /// Stops taking requests, lets those in progress end, closes the store.
    @Override
    public void close() {
        close(open);
    }

    private static void close(Deque<AutoCloseable> open) {
        while (!open.isEmpty()) {
            AutoCloseable part = open.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.error("{} did not close", part.getClass().getSimpleName(), e);
            }
        }
    }
}
