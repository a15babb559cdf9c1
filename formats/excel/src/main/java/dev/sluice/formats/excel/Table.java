package dev.sluice.formats.excel;

import dev.sluice.data.packing.Packing;
import dev.sluice.data.spi.FilePlace;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import java.util.List;
import java.util.Optional;

/// Which table of a workbook a dataset means.
///
/// @param sheetIndex from 0
/// @param nullValue text that stands for null, besides the empty cell
record Table(
        Optional<String> sheetName,
        int sheetIndex,
        CellRange range,
        boolean header,
        String nullValue,
        Packing packing) {
    static Table of(Settings dataset) {
        return new Table(
                dataset.text("sheetName").filter(s -> !s.isBlank()),
                dataset.number("sheetIndex", 0, 10_000).orElse(0L).intValue(),
                CellRange.of(dataset),
                dataset.flag("firstRowAsHeader", false),
                dataset.text("nullValue").orElse(""),
                Packing.of(dataset));
    }

    /// The sheet's name; names are compared without regard to case, as Excel does.
    String sheet(List<String> sheets, FilePlace file) {
        Optional<String> found = sheetName.isPresent()
                ? sheets.stream()
                        .filter(s -> s.equalsIgnoreCase(sheetName.get()))
                        .findFirst()
                : sheets.stream().skip(sheetIndex).findFirst();
        return found.orElseThrow(() -> DataFaults.TABLE_MISSING
                .problem()
                .at(file.path())
                .evidence("table", sheetName.map(n -> "sheet '" + n + "'").orElse("sheet number " + sheetIndex))
                .evidence("store", file.path())
                .evidence("user", "sluice")
                .evidence("sheets", String.join(", ", sheets))
                .exception());
    }
}
