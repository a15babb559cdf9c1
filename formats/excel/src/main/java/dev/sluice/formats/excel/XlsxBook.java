package dev.sluice.formats.excel;

import dev.sluice.data.batch.Reservation;
import dev.sluice.data.spi.FilePlace;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/// An .xlsx workbook: its sheets, number formats and shared texts.
final class XlsxBook implements Workbook {
    private static final int MOST_PARTS = 20_000;
    private static final int MOST_TEXTS = 20_000_000;
    private static final long TEXT_OVERHEAD = 48;

    private final FilePlace file;
    private final ZipFile zip;
    private final Reservation memory;
    private final Map<String, String> sheets = new LinkedHashMap<>();
    private final List<CellText.Shown> formats = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private boolean from1904;

    XlsxBook(SeekableByteChannel channel, FilePlace file, Reservation memory) throws IOException {
        this.file = file;
        this.memory = memory;
        try {
            this.zip = ZipFile.builder().setSeekableByteChannel(channel).get();
        } catch (java.util.zip.ZipException | java.io.EOFException | IllegalArgumentException e) {
            throw file.malformed("", "it is no whole zip archive: " + e.getMessage());
        }
        if (java.util.Collections.list(zip.getEntries()).size() > MOST_PARTS) {
            throw file.malformed("", "it has more than " + MOST_PARTS + " parts");
        }
        readSheets();
        readStyles();
    }

    private @Nullable PartXml part(String name) throws IOException {
        ZipArchiveEntry entry = zip.getEntry(name);
        if (entry == null) {
            return null;
        }
        if (!zip.canReadEntryData(entry)) {
            throw file.unsupported("the part " + name + " is encrypted or packed in another way than by deflate");
        }
        return new PartXml(new PartInput(zip.getInputStream(entry), file, name), file, name);
    }

    private void readSheets() throws IOException {
        Map<String, String> targets = relations();
        try (PartXml xml = part("xl/workbook.xml")) {
            if (xml == null) {
                throw file.malformed("", "it has no xl/workbook.xml: it is no workbook of Excel");
            }
            for (int e = xml.next(); e != XMLStreamConstants.END_DOCUMENT; e = xml.next()) {
                if (e != XMLStreamConstants.START_ELEMENT) {
                    continue;
                }
                if (xml.name().equals("workbookPr")) {
                    String flag = String.valueOf(xml.attribute("date1904"));
                    from1904 = flag.equals("1") || flag.equals("true");
                } else if (xml.name().equals("sheet") && sheets.size() < MOST_PARTS) {
                    String target = targets.get(String.valueOf(xml.attribute("id")));
                    if (target != null) {
                        sheets.put(String.valueOf(xml.attribute("name")), target);
                    }
                }
            }
        }
    }

    private Map<String, String> relations() throws IOException {
        Map<String, String> targets = new HashMap<>();
        try (PartXml xml = part("xl/_rels/workbook.xml.rels")) {
            if (xml == null) {
                throw file.malformed("", "it has no xl/_rels/workbook.xml.rels: it is no workbook of Excel");
            }
            for (int e = xml.next(); e != XMLStreamConstants.END_DOCUMENT; e = xml.next()) {
                if (e == XMLStreamConstants.START_ELEMENT && xml.name().equals("Relationship")) {
                    String target = String.valueOf(xml.attribute("Target"));
                    targets.put(
                            String.valueOf(xml.attribute("Id")),
                            target.startsWith("/") ? target.substring(1) : "xl/" + target);
                }
            }
        }
        return targets;
    }

    private void readStyles() throws IOException {
        try (PartXml xml = part("xl/styles.xml")) {
            if (xml == null) {
                return;
            }
            Map<String, String> codes = new HashMap<>();
            boolean cells = false;
            for (int e = xml.next(); e != XMLStreamConstants.END_DOCUMENT; e = xml.next()) {
                if (e == XMLStreamConstants.END_ELEMENT) {
                    cells &= !xml.name().equals("cellXfs");
                } else if (e == XMLStreamConstants.START_ELEMENT) {
                    switch (xml.name()) {
                        case "numFmt" ->
                            codes.put(
                                    String.valueOf(xml.attribute("numFmtId")),
                                    String.valueOf(xml.attribute("formatCode")));
                        case "cellXfs" -> cells = true;
                        case "xf" -> {
                            if (cells && formats.size() < 100_000) {
                                String id = String.valueOf(xml.attribute("numFmtId"));
                                formats.add(CellText.shown(number(id), codes.getOrDefault(id, "")));
                            }
                        }
                        default -> {}
                    }
                }
            }
        }
    }

    static int number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }

    /// The texts that cells refer to by number; read when the first sheet is opened.
    private void readTexts() throws IOException {
        if (!texts.isEmpty()) {
            return;
        }
        try (PartXml xml = part("xl/sharedStrings.xml")) {
            if (xml == null) {
                return;
            }
            StringBuilder text = new StringBuilder();
            boolean in = false;
            int phonetic = 0;
            for (int e = xml.next(); e != XMLStreamConstants.END_DOCUMENT; e = xml.next()) {
                switch (e) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        phonetic += xml.name().equals("rPh") ? 1 : 0;
                        in = xml.name().equals("t") && phonetic == 0;
                    }
                    case XMLStreamConstants.CHARACTERS -> {
                        if (in) {
                            xml.text(text);
                        }
                    }
                    default -> {
                        in = false;
                        phonetic -= xml.name().equals("rPh") ? 1 : 0;
                        if (xml.name().equals("si")) {
                            keep(Escapes.read(text));
                            text.setLength(0);
                        }
                    }
                }
            }
        }
    }

    private void keep(String text) {
        if (texts.size() >= MOST_TEXTS) {
            throw file.malformed("xl/sharedStrings.xml", "it has more than " + MOST_TEXTS + " texts");
        }
        memory.take(TEXT_OVERHEAD + 2L * text.length());
        texts.add(text);
    }

    @Override
    public List<String> sheets() {
        return List.copyOf(sheets.keySet());
    }

    @Override
    public Cells open(String sheet) throws IOException {
        readTexts();
        String target = sheets.get(sheet);
        PartXml xml = target == null ? null : part(target);
        if (xml == null) {
            throw file.malformed(String.valueOf(target), "the part of the sheet '" + sheet + "' is missing");
        }
        return new XlsxSheet(xml, file, sheet, texts, formats, new CellText(from1904));
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            // Only read from: nothing is lost.
            System.getLogger(XlsxBook.class.getName()).log(System.Logger.Level.DEBUG, "closing " + file.path(), e);
        }
    }
}
