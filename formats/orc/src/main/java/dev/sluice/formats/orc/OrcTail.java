package dev.sluice.formats.orc;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FilePlace;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.orc.ColumnStatistics;
import org.apache.orc.OrcFile;
import org.apache.orc.Reader;
import org.apache.orc.StripeInformation;

/// An open file with what it says about itself, checked.
record OrcTail(FilePlace file, OneFile system, Reader reader, Map<Integer, DataType> notes) {
    /// A run of any encoding takes two bytes at least; blocks may be packed besides.
    static final int MOST_ROWS_PER_BYTE = 1_024;

    static OrcTail read(FileInput input) throws IOException {
        FilePlace file = FilePlace.of("ORC", input);
        Postscript.check(input, file);
        Configuration configuration = new Configuration(false);
        OneFile system = new OneFile(input, configuration);
        try {
            Reader reader = OrcFile.createReader(
                    OneFile.PATH,
                    OrcFile.readerOptions(configuration)
                            .filesystem(system)
                            .maxLength(file.size())
                            .useUTCTimestamp(true)
                            .convertToProlepticGregorian(true));
            long rows = 0;
            for (StripeInformation stripe : reader.getStripes()) {
                long end = stripe.getOffset()
                        + stripe.getIndexLength()
                        + stripe.getDataLength()
                        + stripe.getFooterLength();
                if (stripe.getOffset() < 0
                        || stripe.getIndexLength() < 0
                        || stripe.getDataLength() < 0
                        || stripe.getFooterLength() < 0
                        || stripe.getNumberOfRows() < 0
                        || end > file.size()) {
                    throw file.malformed("a stripe claims bytes " + stripe.getOffset() + " to " + end + " of a file of "
                            + file.size() + " bytes");
                }
                if (stripe.getNumberOfRows() / MOST_ROWS_PER_BYTE > stripe.getDataLength()) {
                    throw file.malformed("a stripe claims " + stripe.getNumberOfRows() + " rows in "
                            + stripe.getDataLength() + " bytes");
                }
                rows += stripe.getNumberOfRows();
            }
            checkRows(file, reader, rows);
            Map<Integer, DataType> notes = reader.hasMetadataValue(TypeNotes.KEY)
                    ? TypeNotes.parse(reader.getMetadataValue(TypeNotes.KEY))
                    : Map.of();
            return new OrcTail(file, system, reader, notes);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw named(e, file, system);
        }
    }

    /// The library reads on behind the end of a stream for as many rows as are claimed: the numbers must agree.
    private static void checkRows(FilePlace file, Reader reader, long rows) {
        ColumnStatistics[] statistics = reader.getStatistics();
        long counted = statistics.length == 0 ? rows : statistics[0].getNumberOfValues();
        if (reader.getNumberOfRows() != rows || counted != rows) {
            throw file.malformed("it claims " + reader.getNumberOfRows() + " rows, its stripes have " + rows
                    + ", its statistics " + counted);
        }
    }

    /// Damage of the file as such; what the store or the budget threw as it is.
    static RuntimeException named(Throwable e, FilePlace file, OneFile system) throws IOException {
        IOException store = system.failure();
        if (store != null) {
            throw store;
        }
        if (e instanceof dev.sluice.diagnosis.ProblemException
                || e instanceof dev.sluice.data.batch.MemoryBudgetExceededException
                || e instanceof java.util.concurrent.CancellationException) {
            throw (RuntimeException) e;
        }
        if (e instanceof OutOfMemoryError) {
            return file.malformed("it claims values of more bytes than there is memory");
        }
        return file.malformed("it cannot be read: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
    }
}
