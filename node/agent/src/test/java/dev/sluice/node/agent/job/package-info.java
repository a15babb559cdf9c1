/// Tests of jobs, with the real copy engine and stores in memory.
@org.jspecify.annotations.NullMarked
package dev.sluice.node.agent.job;
