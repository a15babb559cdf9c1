/// Tests of the host process: a scripted service over real HTTPS, real worker processes.
@org.jspecify.annotations.NullMarked
package dev.sluice.node.agent;
