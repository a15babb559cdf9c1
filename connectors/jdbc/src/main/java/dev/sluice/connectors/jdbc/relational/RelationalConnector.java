package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.DriverNeed;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.SqlConnector;
import dev.sluice.data.spi.SqlSession;
import java.util.Optional;

/// A relational database behind a JDBC driver. A system's own class extends it to be found by its name.
public class RelationalConnector implements SqlConnector {
    private final Dialect dialect;

    protected RelationalConnector(Dialect dialect) {
        this.dialect = dialect;
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return dialect.descriptor();
    }

    @Override
    public Optional<DriverNeed> driver() {
        DriverName driver = dialect.driver();
        return driver.shipped() || driver.className().equals("java.sql.Driver")
                ? Optional.empty()
                : Optional.of(new DriverNeed(driver.folder(), driver.className(), driver.coordinates()));
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        return RelationalSource.open(dialect.of(endpoint), endpoint);
    }

    @Override
    public SqlSession session(Endpoint endpoint, JobContext job) {
        return RelationalStatements.open(dialect.of(endpoint), endpoint, job);
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        return RelationalSink.open(dialect.of(endpoint), endpoint, job);
    }
}
