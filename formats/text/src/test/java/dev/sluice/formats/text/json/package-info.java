/// Tests of JSON files.
@org.jspecify.annotations.NullMarked
package dev.sluice.formats.text.json;
