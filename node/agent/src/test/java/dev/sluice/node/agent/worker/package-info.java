/// Tests of the pipe between host and worker.
@org.jspecify.annotations.NullMarked
package dev.sluice.node.agent.worker;
