package dev.sluice.ssis.engine.control;

/// A transaction of a container (TransactionOption Required), joined by tasks inside through their connections.
public interface Transaction {
    /// @throws dev.sluice.diagnosis.ProblemException when the store refuses; nothing stays then
    void commit();

    void rollback();
}
