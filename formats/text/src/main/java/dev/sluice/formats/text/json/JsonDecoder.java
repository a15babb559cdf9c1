package dev.sluice.formats.text.json;

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
import dev.sluice.data.trees.TreeReader;
import dev.sluice.data.trees.TreeSchema;
import java.io.IOException;
import java.util.List;

/// Reads files of JSON in one piece: where a document ends only who has read all before can know.
record JsonDecoder(Packing packing, TextEncoding encoding, TreeMapping trees) implements Decoder {
    @Override
    public Schema schema(FileInput file) throws IOException {
        return TreeSchema.of(around -> open(file), trees);
    }

    @Override
    public List<FileRange> ranges(FileInput file, long targetBytes) {
        return List.of(new FileRange(0, file.entry().size()));
    }

    @Override
    public Reader open(FileInput file, FileRange range, Schema schema, int[] columns, ReadContext context)
            throws IOException {
        return new TreeReader(around -> open(file), trees, schema, columns, context);
    }

    private Documents open(FileInput file) throws IOException {
        return new JsonFile(UnpackedFile.whole(file, packing), encoding.charset());
    }
}
