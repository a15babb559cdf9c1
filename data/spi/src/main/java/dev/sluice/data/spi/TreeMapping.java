package dev.sluice.data.spi;

import dev.sluice.data.batch.DataType;
import java.util.List;
import java.util.Optional;

/// How rows that are trees (JSON documents, XML elements, answers of a REST service) become columns and columns become
/// trees: the hierarchical half of Data Factory's TabularTranslator. Formats and stores with [Capability#TREES] follow
/// it; for the others it is [#NONE].
///
/// @param collection path of the array whose elements are the rows (`collectionReference`); empty when a document, or
///     an element of a top-level array, is a row
/// @param columns what is mapped; empty: every member of a row is a column
/// @param complexAsText whether an object or array may become a text column as JSON (`mapComplexValuesToString`)
/// @param documents whether both sides are trees: every value is handed on as JSON text
///     ([dev.sluice.data.batch.Field#document()]), so that nothing of it is lost
public record TreeMapping(String collection, List<Column> columns, boolean complexAsText, boolean documents) {
    /// Rows are flat.
    public static final TreeMapping NONE = new TreeMapping("", List.of(), false, false);

    /// A mapped column.
    ///
    /// @param name of the column in the schema: the path itself, or the name of a member
    /// @param path whether the name is a path (`$['a']['b'][0]`, `a.b`) and not just a member's name
    /// @param type that the mapping declares
    public record Column(String name, boolean path, Optional<DataType> type) {}

    public TreeMapping {
        columns = List.copyOf(columns);
    }
}
