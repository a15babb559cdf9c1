/// ORC against its contract, the library's own vectors, and damaged files.
@org.jspecify.annotations.NullMarked
package dev.sluice.formats.orc;
