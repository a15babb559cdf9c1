package dev.sluice.ssis.engine.dataflow.rows;

import dev.sluice.ssis.engine.expression.SsisType;

/// A column of a data flow.
///
/// @param lineage its identity through the flow
/// @param number what stands for it in the ErrorColumn column
public record Column(String lineage, int number, String name, SsisType type) {}
