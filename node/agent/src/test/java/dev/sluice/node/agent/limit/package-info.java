@org.jspecify.annotations.NullMarked
package dev.sluice.node.agent.limit;
