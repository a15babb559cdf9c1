package dev.sluice.local.factory;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Document;

/// A document and where it was read.
///
/// @param base pointer of the document within the file: empty for a file of its own, `/resources/3` in a template
public record FactoryDocument(Document document, FactoryFile file, String base) {
    public Finding error(Problem problem) {
        return file.finding(Finding.Severity.ERROR, base, problem);
    }

    public Finding warning(Problem problem) {
        return file.finding(Finding.Severity.WARNING, base, problem);
    }

    /// Whether it has a file to itself, as in a Git folder.
    public boolean alone() {
        return base.isEmpty();
    }
}
