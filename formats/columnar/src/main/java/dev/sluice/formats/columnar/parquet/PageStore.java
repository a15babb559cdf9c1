package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.spi.FileOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;

/// The finished pages of one column chunk, packed and with their headers, waiting for the row group's end.
final class PageStore {
    private Workshop workshop;
    private final List<byte[]> dataPages = new ArrayList<>();
    private final List<Page> notes = new ArrayList<>();
    private final Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
    private byte[] dictionaryPage = {};
    private long bodyBytes;
    private long storedBytes;

    /// What the index of pages tells of a data page.
    ///
    /// @param size with its header, as stored
    /// @param range its nulls, and its smallest and largest value if they are known
    record Page(int size, int rows, Statistics range) {}

    PageStore(Workshop workshop) {
        this.workshop = workshop;
    }

    void use(Workshop other) {
        workshop = other;
    }

    void addData(Bytes body, int pageRows, Encoding encoding, Statistics range) throws IOException {
        encodings.add(encoding);
        encodings.add(Encoding.RLE);
        PageHeader header = new PageHeader(PageType.DATA_PAGE, 0, 0)
                .setData_page_header(new DataPageHeader(pageRows, encoding, Encoding.RLE, Encoding.RLE));
        byte[] page = pack(header, body);
        dataPages.add(page);
        notes.add(new Page(page.length, pageRows, range));
        storedBytes += page.length;
    }

    void setDictionary(Bytes body, int entries) throws IOException {
        encodings.add(Encoding.PLAIN);
        PageHeader header = new PageHeader(PageType.DICTIONARY_PAGE, 0, 0)
                .setDictionary_page_header(new DictionaryPageHeader(entries, Encoding.PLAIN));
        dictionaryPage = pack(header, body);
        storedBytes += dictionaryPage.length;
    }

    private byte[] pack(PageHeader header, Bytes body) throws IOException {
        Compressor compressor = workshop.compressor();
        Bytes packed = workshop.packed();
        packed.size = 0;
        int size = compressor.compress(body.array, body.size, packed.room(compressor.bound(body.size)), 0);
        CRC32 crc = new CRC32();
        crc.update(packed.array, 0, size);
        header.setUncompressed_page_size(body.size).setCompressed_page_size(size);
        header.setCrc((int) crc.getValue());
        byte[] head = Thrift.bytes(header);
        workshop.memory().take(head.length + size);
        byte[] page = Arrays.copyOf(head, head.length + size);
        System.arraycopy(packed.array, 0, page, head.length, size);
        bodyBytes += head.length + (long) body.size;
        return page;
    }

    /// Bytes of the pages before compression, headers included.
    long bodyBytes() {
        return bodyBytes;
    }

    /// Bytes of the pages as stored, headers included.
    long storedBytes() {
        return storedBytes;
    }

    int dictionaryBytes() {
        return dictionaryPage.length;
    }

    /// The data pages in order.
    List<Page> dataPages() {
        return List.copyOf(notes);
    }

    List<Encoding> encodings() {
        return List.copyOf(encodings);
    }

    /// Writes the pages in order and forgets them.
    void drainTo(FileOutput output) throws IOException {
        if (dictionaryPage.length > 0) {
            output.write(dictionaryPage, 0, dictionaryPage.length);
        }
        for (byte[] page : dataPages) {
            output.write(page, 0, page.length);
        }
        workshop.memory().give(storedBytes);
        dataPages.clear();
        notes.clear();
        encodings.clear();
        dictionaryPage = new byte[0];
        bodyBytes = 0;
        storedBytes = 0;
    }
}
