package dev.sluice.connectors.http;

import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the sinks of described services have in common: the service is asked about its columns, and requests that may
/// be repeated are, as long as it is busy or a connection gets lost.
record Written(
        ServiceDescription.Writes writes,
        Members members,
        RestService service,
        HttpLine line,
        Endpoint endpoint,
        JobContext job,
        Duration timeout) {
    /// @param theirType the service's name of the type
    record Column(String name, String theirType, DataType type) {}

    /// The answer to one of the description's addresses.
    Object asked(String name) throws IOException {
        return DescribedConnector.asked(line, service, endpoint, members.address(url(name)), Map.of(), timeout);
    }

    URI address(String relative) {
        return HttpLine.address(service.resource(relative), endpoint);
    }

    String url(String name) {
        return Optional.ofNullable(writes.urls().get(name)).orElseThrow();
    }

    /// The columns that can be written, as the service tells of them.
    List<Column> columns() throws IOException {
        ServiceDescription.Columns told = writes.columns();
        Object answer =
                DescribedConnector.asked(line, service, endpoint, members.address(told.url()), Map.of(), timeout);
        List<Column> columns = new ArrayList<>();
        if (JsonTree.at(answer, told.list()) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> column && column.get(told.name()) != null) {
                    String type = String.valueOf(column.get(told.type()));
                    told.types()
                            .getOrDefault(type, Optional.of(DataType.STRING))
                            .ifPresent(ours ->
                                    columns.add(new Column(String.valueOf(column.get(told.name())), type, ours)));
                }
            }
        }
        return columns;
    }

    static Schema schema(List<Column> columns) {
        return new Schema(
                columns.stream().map(c -> new Field(c.name(), c.type())).toList());
    }

    /// Sends what does no harm when it is sent again.
    Answer repeated(Question question, Repeats.Busy busy) throws IOException {
        return Repeats.ask(line, question, timeout, job, true, busy);
    }

    /// A row that the service does not take, or that cannot be sent.
    ///
    /// @param row from 1; 0 where it is not known
    ProblemException refused(Fault fault, long row, String column, String object, Object status, String detail) {
        String where = row == 0 ? "" : "row " + row + ": ";
        return fault.problem()
                .on(endpoint.side())
                .evidence("store", endpoint.linkedServiceName())
                .evidence("object", object)
                .evidence("column", column.isEmpty() ? null : column)
                .evidence("row", row == 0 ? null : row)
                .evidence("status", status)
                .evidence("detail", where + detail)
                .exception();
    }

    /// A column that must be written.
    ProblemException missing(String column, String why, Schema incoming) {
        return DataFaults.COLUMN_MISSING
                .problem()
                .at(endpoint.activity().pointer())
                .evidence("column", column)
                .evidence("object", "the columns that are written, although " + why)
                .evidence("columns", String.join(", ", incoming.names()))
                .exception();
    }
}
