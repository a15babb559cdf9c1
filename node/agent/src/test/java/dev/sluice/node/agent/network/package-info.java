/// What is walked after a failure, without a network.
@NullMarked
package dev.sluice.node.agent.network;

import org.jspecify.annotations.NullMarked;
