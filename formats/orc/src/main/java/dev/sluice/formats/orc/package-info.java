/// x
@org.jspecify.annotations.NullMarked
package dev.sluice.formats.orc;
