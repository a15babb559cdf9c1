package dev.sluice.formats.text.xml;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.packing.Packing;
import dev.sluice.data.packing.TextEncoding;
import dev.sluice.data.packing.UnpackedFile;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.trees.Documents;
import dev.sluice.data.trees.TreePath;
import dev.sluice.data.trees.TreeReader;
import dev.sluice.data.trees.TreeSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads files of XML in one piece.
///
/// @param encoding that the dataset names; without one the file's own declaration counts
record XmlDecoder(Packing packing, Optional<TextEncoding> encoding, XmlElements.Naming naming, TreeMapping trees)
        implements Decoder {
    @Override
    public Schema schema(FileInput file) throws IOException {
        return TreeSchema.of(around -> open(file, around), trees);
    }

    @Override
    public List<FileRange> ranges(FileInput file, long targetBytes) {
        return List.of(new FileRange(0, file.entry().size()));
    }

    @Override
    public Reader open(FileInput file, FileRange range, Schema schema, int[] columns, ReadContext context)
            throws IOException {
        return new TreeReader(around -> open(file, around), trees, schema, columns, context);
    }

    private Documents open(FileInput file, boolean around) throws IOException {
        return new XmlFile(UnpackedFile.whole(file, packing), encoding, naming, collection(), around);
    }

    /// Names of the elements down to the collection; empty without one, and where positions are in its path.
    private List<String> collection() {
        List<String> names = new ArrayList<>();
        if (!trees.collection().isBlank()) {
            for (TreePath.Step step : TreePath.of(trees.collection()).steps()) {
                switch (step) {
                    case TreePath.Member m -> names.add(m.name());
                    case TreePath.Element e -> {
                        return List.of();
                    }
                }
            }
        }
        return names;
    }
}
