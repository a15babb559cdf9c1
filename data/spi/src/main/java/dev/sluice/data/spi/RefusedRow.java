package dev.sluice.data.spi;

import dev.sluice.diagnosis.Problem;

/// A row that could not be taken along.
///
/// @param row ordinal in the file or split, counted from 1, header lines not counted; 0 when unknown
/// @param content the row as text as far as it could be read, for the skipped-rows log; may be cut
public record RefusedRow(long row, String content, Problem problem) {}
