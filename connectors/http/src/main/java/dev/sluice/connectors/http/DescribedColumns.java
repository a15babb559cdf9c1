package dev.sluice.connectors.http;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TreeMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The columns of a described service's rows: those that the service tells of, or the members that its rows have but
/// for those that are none.
final class DescribedColumns {
    private final ServiceDescription.Request request;
    private final String rows;
    private final List<TreeMapping.Column> known = new ArrayList<>();

    /// @param rows path of the array of rows
    DescribedColumns(ServiceDescription.Request request, String rows) {
        this.request = request;
        this.rows = rows;
    }

    /// Takes what the service says about its columns; a type that the description does not name is text.
    void read(Object answer) {
        ServiceDescription.Columns told = request.columns().orElseThrow();
        if (JsonTree.at(answer, told.list()) instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> column && column.get(told.name()) != null) {
                    String theirs = String.valueOf(column.get(told.type()));
                    Optional<DataType> type = told.types().getOrDefault(theirs, Optional.of(DataType.STRING));
                    type.ifPresent(t -> known.add(
                            new TreeMapping.Column(String.valueOf(column.get(told.name())), false, Optional.of(t))));
                }
            }
        }
    }

    List<String> names() {
        return known.stream().map(TreeMapping.Column::name).toList();
    }

    /// Rows that are trees, by what the mapping says; of what it does not lead into JSON is made.
    Source trees(Pages pages, TreeMapping given, String address) {
        String collection = given.collection().isEmpty() ? rows : given.collection();
        return new RestSource(pages, new TreeMapping(collection, given.columns(), true, given.documents()), address);
    }

    Source source(Pages pages, String address) {
        RestSource source = new RestSource(pages, mapping(known), address);
        boolean extra = source.schema().fields().stream()
                .anyMatch(f -> request.without().contains(f.name()));
        if (known.isEmpty() && extra) {
            // The pages are kept, so nothing is asked for twice.
            return new RestSource(
                    pages,
                    mapping(source.schema().fields().stream()
                            .filter(f -> !request.without().contains(f.name()))
                            .map(DescribedColumns::seen)
                            .toList()),
                    address);
        }
        return source;
    }

    private static TreeMapping.Column seen(Field field) {
        return new TreeMapping.Column(field.name(), false, Optional.of(field.type()));
    }

    private TreeMapping mapping(List<TreeMapping.Column> columns) {
        return new TreeMapping(rows, columns, true, false);
    }
}
