package dev.sluice.data.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rows of as many columns as SQL Server, the widest of the usual databases, can have in a result: 4,096.
@Timeout(120)
class WideRowsTest {
    private static final int COLUMNS = 4_096;
    private static final int ROWS = 300;
    private final Rig rig = new Rig();

    private static String text() {
        String header = IntStream.range(0, COLUMNS).mapToObj(c -> "c" + c).collect(Collectors.joining(","));
        return header + "\n"
                + IntStream.range(0, ROWS)
                        .mapToObj(r -> IntStream.range(0, COLUMNS)
                                        .mapToObj(c -> c % 5 == 0 ? "" : String.format(Locale.ROOT, "r%dc%d", r, c))
                                        .collect(Collectors.joining(","))
                                + "\n")
                        .collect(Collectors.joining());
    }

    @Test
    void all_columns_go_to_parquet_and_back() {
        String text = text();
        rig.files.put("in/wide.csv", text);
        CopyResult there = rig.copy(
                Rig.csvIn().location("folderPath", "in"),
                Rig.linesOut().dataset("Parquet").location("folderPath", "out"));
        assertThat(there.rowsCopied()).isEqualTo(ROWS);
        rig.copy(
                Rig.linesIn().dataset("Parquet").location("folderPath", "out"),
                Rig.csvOut()
                        .location("folderPath", "back")
                        .format("quoteAllText", false)
                        .with("rowDelimiter", "\n"));
        assertThat(rig.files.text("back/wide.csv").replace("\"", "")).isEqualTo(text);
    }
}
