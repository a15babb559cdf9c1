/// Tests of the delimited text format.
@org.jspecify.annotations.NullMarked
package dev.sluice.formats.text;
