/// Tests of Parquet: the contract of every format, and DuckDB as the independent reader and writer.
@org.jspecify.annotations.NullMarked
package dev.sluice.formats.columnar.parquet;
