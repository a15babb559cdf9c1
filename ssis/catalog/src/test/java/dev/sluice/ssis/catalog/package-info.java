@org.jspecify.annotations.NullMarked
package dev.sluice.ssis.catalog;
