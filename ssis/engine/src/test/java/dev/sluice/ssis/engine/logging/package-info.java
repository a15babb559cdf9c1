@org.jspecify.annotations.NullMarked
package dev.sluice.ssis.engine.logging;
