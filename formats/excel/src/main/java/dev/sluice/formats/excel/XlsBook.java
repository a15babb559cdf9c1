package dev.sluice.formats.excel;

import dev.sluice.data.spi.FilePlace;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.FormulaError;
import org.apache.poi.ss.usermodel.Sheet;
import org.jspecify.annotations.Nullable;

/// An .xls workbook (Excel 97 to 2003), which POI holds in memory.
final class XlsBook implements Workbook {
    private final HSSFWorkbook book;
    private final FilePlace file;

    XlsBook(InputStream bytes, FilePlace file) throws IOException {
        this.file = file;
        try {
            this.book = new HSSFWorkbook(new POIFSFileSystem(bytes).getRoot(), false);
        } catch (org.apache.poi.EncryptedDocumentException e) {
            throw file.unsupported("the workbook is protected by a password");
        } catch (IOException | RuntimeException e) {
            throw named(e, file);
        }
    }

    private static RuntimeException named(Exception e, FilePlace file) {
        return e instanceof dev.sluice.diagnosis.ProblemException known
                ? known
                : file.malformed("", "it is no whole .xls workbook: " + (e.getMessage() == null ? e : e.getMessage()));
    }

    @Override
    public List<String> sheets() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < book.getNumberOfSheets(); i++) {
            names.add(book.getSheetName(i));
        }
        return names;
    }

    @Override
    public Cells open(String name) {
        Sheet sheet = book.getSheet(name);
        CellText numbers = new CellText(book.getInternalWorkbook().isUsing1904DateWindowing());
        return new Cells() {
            private int at = sheet.getFirstRowNum();

            @Override
            public @Nullable Row next() {
                try {
                    while (at <= sheet.getLastRowNum()) {
                        org.apache.poi.ss.usermodel.Row from = sheet.getRow(at++);
                        if (from == null) {
                            continue;
                        }
                        Row row = Row.of(at - 1);
                        for (Cell cell : from) {
                            String text = text(cell, numbers);
                            if (text != null) {
                                row.set(cell.getColumnIndex(), text);
                            }
                        }
                        if (!row.texts().isEmpty()) {
                            return row;
                        }
                    }
                    return null;
                } catch (RuntimeException e) {
                    throw named(e, file);
                }
            }

            @Override
            public void close() {
                at = Integer.MAX_VALUE;
            }
        };
    }

    private static @Nullable String text(Cell cell, CellText numbers) {
        CellType type = cell.getCellType() == CellType.FORMULA ? cell.getCachedFormulaResultType() : cell.getCellType();
        return switch (type) {
            case STRING -> cell.getStringCellValue();
            case BOOLEAN -> cell.getBooleanCellValue() ? "True" : "False";
            case ERROR -> FormulaError.forInt(cell.getErrorCellValue()).getString();
            case NUMERIC ->
                numbers.of(
                        cell.getNumericCellValue(),
                        CellText.shown(
                                cell.getCellStyle().getDataFormat(),
                                String.valueOf(cell.getCellStyle().getDataFormatString())));
            case BLANK, FORMULA, _NONE -> null;
        };
    }

    @Override
    public void close() {
        try {
            book.close();
        } catch (IOException e) {
            // In memory: nothing is lost.
            System.getLogger(XlsBook.class.getName()).log(System.Logger.Level.DEBUG, "closing " + file.path(), e);
        }
    }
}
