/// Workbooks against the contract, Apache POI, and damaged files.
@org.jspecify.annotations.NullMarked
package dev.sluice.formats.excel;
