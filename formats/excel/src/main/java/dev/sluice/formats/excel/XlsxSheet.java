package dev.sluice.formats.excel;

import dev.sluice.data.spi.FilePlace;
import java.io.IOException;
import java.util.List;
import javax.xml.stream.XMLStreamConstants;
import org.jspecify.annotations.Nullable;

/// The rows of a sheet of an .xlsx workbook.
final class XlsxSheet implements Cells {
    private final PartXml xml;
    private final FilePlace file;
    private final String sheet;
    private final List<String> texts;
    private final List<CellText.Shown> formats;
    private final CellText numbers;
    private int lastRow = -1;
    private final StringBuilder text = new StringBuilder();

    XlsxSheet(
            PartXml xml,
            FilePlace file,
            String sheet,
            List<String> texts,
            List<CellText.Shown> formats,
            CellText numbers) {
        this.xml = xml;
        this.file = file;
        this.sheet = sheet;
        this.texts = texts;
        this.formats = formats;
        this.numbers = numbers;
    }

    @Override
    public @Nullable Row next() throws IOException {
        for (int e = xml.next(); e != XMLStreamConstants.END_DOCUMENT; e = xml.next()) {
            if (e == XMLStreamConstants.START_ELEMENT && xml.name().equals("row")) {
                int number = XlsxBook.number(xml.attribute("r")) - 1;
                if (number < 0) {
                    number = lastRow + 1;
                }
                if (number <= lastRow || number >= MOST_ROWS) {
                    throw file.malformed(sheet, "row " + (number + 1) + " follows row " + (lastRow + 1));
                }
                lastRow = number;
                Row row = Row.of(number);
                cells(row);
                if (!row.texts().isEmpty()) {
                    return row;
                }
            }
        }
        return null;
    }

    private void cells(Row row) throws IOException {
        int column = -1;
        for (int e = xml.next(); e != XMLStreamConstants.END_DOCUMENT; e = xml.next()) {
            if (e == XMLStreamConstants.END_ELEMENT && xml.name().equals("row")) {
                return;
            }
            if (e == XMLStreamConstants.START_ELEMENT && xml.name().equals("c")) {
                String reference = xml.attribute("r");
                column = reference == null ? column + 1 : column(reference);
                if (column < 0 || column >= MOST_COLUMNS) {
                    throw file.malformed(sheet + " row " + (row.number() + 1), "there is no cell '" + reference + "'");
                }
                String kind = String.valueOf(xml.attribute("t"));
                int style = XlsxBook.number(xml.attribute("s"));
                String value = cell(kind, style, row.number(), column);
                if (value != null) {
                    row.set(column, value);
                }
            }
        }
    }

    private static int column(String reference) {
        int column = 0;
        for (int i = 0; i < reference.length() && i < 4; i++) {
            char c = reference.charAt(i);
            if (c < 'A' || c > 'Z') {
                return column - 1;
            }
            column = column * 26 + c - 'A' + 1;
        }
        return -1;
    }

    private @Nullable String cell(String kind, int style, int row, int column) throws IOException {
        text.setLength(0);
        boolean in = false;
        boolean any = false;
        int phonetic = 0;
        while (true) {
            int e = xml.next();
            if (e == XMLStreamConstants.END_DOCUMENT) {
                throw file.malformed(sheet + "!" + Cells.name(column, row), "the sheet ends within a cell");
            }
            if (e == XMLStreamConstants.CHARACTERS) {
                if (in) {
                    xml.text(text);
                }
            } else if (e == XMLStreamConstants.START_ELEMENT) {
                phonetic += xml.name().equals("rPh") ? 1 : 0;
                in = phonetic == 0 && (xml.name().equals("v") || xml.name().equals("t"));
                any |= in;
            } else {
                in = false;
                phonetic -= xml.name().equals("rPh") ? 1 : 0;
                if (xml.name().equals("c")) {
                    return any ? value(kind, style, row, column) : null;
                }
            }
        }
    }

    private String value(String kind, int style, int row, int column) {
        switch (kind) {
            case "s" -> {
                String index = text.toString().strip();
                if (!index.matches("[0-9]{1,9}") || Integer.parseInt(index) >= texts.size()) {
                    throw wrong(row, column, "there is no shared text number '" + shown() + "'");
                }
                return texts.get(Integer.parseInt(index));
            }
            case "inlineStr", "str" -> {
                return Escapes.read(text);
            }
            case "b" -> {
                return text.toString().strip().equals("1") ? "True" : "False";
            }
            case "e" -> {
                return text.toString();
            }
            case "d" -> {
                return text.toString().replace('T', ' ');
            }
            default -> {
                try {
                    double number = Double.parseDouble(text.toString());
                    return numbers.of(number, style < formats.size() ? formats.get(style) : CellText.Shown.NUMBER);
                } catch (NumberFormatException e) {
                    throw wrong(row, column, "'" + shown() + "' is no number");
                }
            }
        }
    }

    private String shown() {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text.toString();
    }

    private RuntimeException wrong(int row, int column, String detail) {
        return file.malformed(sheet + "!" + Cells.name(column, row), detail);
    }

    @Override
    public void close() {
        try {
            xml.close();
        } catch (IOException e) {
            // Only read from: nothing is lost.
            System.getLogger(XlsxSheet.class.getName()).log(System.Logger.Level.DEBUG, "closing " + sheet, e);
        }
    }
}
