/// Tests of the node's two programs as processes.
@org.jspecify.annotations.NullMarked
package dev.sluice.node.app;
