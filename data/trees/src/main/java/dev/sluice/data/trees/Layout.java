package dev.sluice.data.trees;

import dev.sluice.data.spi.TreeMapping;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Where the columns of a mapping are in the trees.
///
/// @param names of the columns that are read
record Layout(TreeMapping mapping, List<String> names) {
    TreeCursor cursor(Documents.Opener opener) throws IOException {
        Wanted row = new Wanted();
        Wanted around = new Wanted();
        List<TreePath.Step> collection = collection();
        for (int i = 0; i < names.size(); i++) {
            TreePath path = path(names.get(i));
            (path.rooted() && !collection.isEmpty() ? around : row).add(path.steps(), i);
        }
        return new TreeCursor(opener, row, around, collection, names.size());
    }

    /// A cursor that only tells the names of a row's members.
    static TreeCursor names(Documents.Opener opener, TreeMapping mapping, java.util.function.Consumer<String> names)
            throws IOException {
        Wanted row = new Wanted();
        row.names = names;
        return new TreeCursor(opener, row, new Wanted(), new Layout(mapping, List.of()).collection(), 0);
    }

    private List<TreePath.Step> collection() {
        return mapping.collection().isBlank()
                ? List.of()
                : parsed(mapping.collection()).steps();
    }

    private TreePath path(String name) {
        Optional<TreeMapping.Column> column =
                mapping.columns().stream().filter(c -> c.name().equals(name)).findFirst();
        return column.isPresent() && column.get().path() ? parsed(name) : TreePath.member(name);
    }

    static TreePath parsed(String path) {
        try {
            return TreePath.parse(path);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    static ProblemException invalid(String detail) {
        return DataFaults.MAPPING_INVALID.problem().evidence("detail", detail).exception();
    }
}
