package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TypeDefinedOrder;

/// The footer of a file being written.
final class FooterDraft {
    private static final int VERSION = 1;

    private final Schema schema;
    private final CompressionCodec codec;
    private final PageIndexes indexes;
    private final List<RowGroup> rowGroups = new ArrayList<>();
    private RowGroup current = new RowGroup();

    FooterDraft(Schema schema, CompressionCodec codec, PageIndexes indexes) {
        this.indexes = indexes;
        this.schema = schema;
        this.codec = codec;
    }

    void beginRowGroup(long offset, long rows) {
        current =
                new RowGroup(new ArrayList<>(), 0, rows).setFile_offset(offset).setTotal_compressed_size(0);
        current.setOrdinal((short) Math.min(rowGroups.size(), Short.MAX_VALUE));
        rowGroups.add(current);
    }

    /// Adds the next column's chunk, finished and about to be written at that offset.
    void addChunk(long offset, long rows, ColumnChunk chunk) {
        Field field = schema.field(current.getColumnsSize());
        PageStore pages = chunk.pages;
        ColumnMetaData data = new ColumnMetaData(
                WrittenTypes.physical(field.type()),
                pages.encodings(),
                List.of(field.name()),
                codec,
                rows,
                pages.bodyBytes(),
                pages.storedBytes(),
                offset + pages.dictionaryBytes());
        if (pages.dictionaryBytes() > 0) {
            data.setDictionary_page_offset(offset);
        }
        data.setStatistics(chunk.drainStatistics());
        // the field is deprecated and was never right in common writers: 0 says that it is not used
        org.apache.parquet.format.ColumnChunk written = new org.apache.parquet.format.ColumnChunk(0).setMeta_data(data);
        current.addToColumns(written);
        indexes.add(written, offset + pages.dictionaryBytes(), pages.dataPages());
        current.setTotal_byte_size(current.getTotal_byte_size() + pages.bodyBytes());
        current.setTotal_compressed_size(current.getTotal_compressed_size() + pages.storedBytes());
    }

    byte[] bytes(long rows) {
        List<SchemaElement> elements = new ArrayList<>();
        elements.add(new SchemaElement("schema").setNum_children(schema.size()));
        List<ColumnOrder> orders = new ArrayList<>();
        for (Field field : schema.fields()) {
            elements.add(WrittenTypes.element(field));
            orders.add(ColumnOrder.TYPE_ORDER(new TypeDefinedOrder()));
        }
        FileMetaData meta = new FileMetaData(VERSION, elements, rows, rowGroups)
                .setCreated_by(createdBy())
                .setColumn_orders(orders);
        String notes = TypeNotes.of(schema);
        if (!notes.isEmpty()) {
            meta.addToKey_value_metadata(new KeyValue(TypeNotes.KEY).setValue(notes));
        }
        return Thrift.bytes(meta);
    }

    /// Name and version in the form that readers look for known bugs of writers in: `sluice version 1.2.3`.
    private static String createdBy() {
        String version = Optional.ofNullable(FooterDraft.class.getPackage().getImplementationVersion())
                .orElse("0");
        return "sluice version " + version;
    }
}
