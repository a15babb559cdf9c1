/// Tests of rows that are trees.
@org.jspecify.annotations.NullMarked
package dev.sluice.data.trees;
