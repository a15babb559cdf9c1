/// Tests of XML files.
@org.jspecify.annotations.NullMarked
package dev.sluice.formats.text.xml;
