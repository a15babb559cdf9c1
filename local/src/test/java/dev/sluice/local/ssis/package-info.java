@org.jspecify.annotations.NullMarked
package dev.sluice.local.ssis;
