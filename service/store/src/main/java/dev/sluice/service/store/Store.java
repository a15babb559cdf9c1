package dev.sluice.service.store;

import java.nio.file.Path;
import java.util.function.Consumer;

/// The open database. One per process; its parts may be used by any thread.
///
/// Failures of the database are [dev.sluice.diagnosis.ServiceFaults#UNAVAILABLE] problems, and nothing of the
/// transaction that failed is kept.
public final class Store implements AutoCloseable {
    private final Database database;
    private final Documents documents;
    private final Runs runs;
    private final JobQueue jobs;
    private final Fleet fleet;
    private final Access access;
    private final Runtimes runtimes;
    private final Triggers triggers;
    private final Principals principals;
    private final UpdatePlans updates;
    private final LogReports logs;
    private final SsisProjects ssisProjects;
    private final SsisEnvironments ssisEnvironments;
    private final SsisExecutions ssisExecutions;
    private final SsisPermissions ssisPermissions;

    private Store(Database database) {
        this.database = database;
        this.documents = new Documents(database);
        this.runs = new Runs(database);
        this.jobs = new JobQueue(database);
        this.fleet = new Fleet(database);
        this.access = new Access(database);
        this.runtimes = new Runtimes(database);
        this.triggers = new Triggers(database);
        this.principals = new Principals(database);
        this.updates = new UpdatePlans(database);
        this.logs = new LogReports(database);
        this.ssisProjects = new SsisProjects(database);
        this.ssisEnvironments = new SsisEnvironments(database);
        this.ssisExecutions = new SsisExecutions(database);
        this.ssisPermissions = new SsisPermissions(database);
        try {
            Migrations.apply(database);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /// Opens, and makes if there is none, the SQLite database in this file. The folder must exist and be this
    /// process's alone.
    public static Store sqlite(Path file) {
        return new Store(new SqliteDatabase(file, true));
    }

    /// The same, except that a commit may be lost when the machine fails (not when the process does). For simulations
    /// and tests, which would otherwise wait for the disk most of the time.
    public static Store sqliteOnTrustedMachine(Path file) {
        return new Store(new SqliteDatabase(file, false));
    }

    /// Opens a PostgreSQL database, which several services may share.
    ///
    /// @param url `jdbc:postgresql://host:port/database?user=…&password=…`
    public static Store postgres(String url) {
        return new Store(new PostgresDatabase(url));
    }

    public Documents documents() {
        return documents;
    }

    public Runs runs() {
        return runs;
    }

    public JobQueue jobs() {
        return jobs;
    }

    public Fleet fleet() {
        return fleet;
    }

    public Access access() {
        return access;
    }

    public Runtimes runtimes() {
        return runtimes;
    }

    public Triggers triggers() {
        return triggers;
    }

    public Principals principals() {
        return principals;
    }

    public UpdatePlans updates() {
        return updates;
    }

    public LogReports logs() {
        return logs;
    }

    public SsisProjects ssisProjects() {
        return ssisProjects;
    }

    public SsisEnvironments ssisEnvironments() {
        return ssisEnvironments;
    }

    public SsisPermissions ssisPermissions() {
        return ssisPermissions;
    }

    public SsisExecutions ssisExecutions() {
        return ssisExecutions;
    }

    /// Calls the listener with a group's id whenever a commit brought news for its nodes: a job to take, a job to end.
    /// Called after the commit, on any thread; it must be quick. News may be told more than once.
    public void onNews(Consumer<String> listener) {
        database.onNews(listener);
    }

    @Override
    public void close() {
        database.close();
    }
}
