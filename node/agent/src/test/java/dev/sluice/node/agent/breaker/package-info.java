/// Circuit breakers in virtual time.
@NullMarked
package dev.sluice.node.agent.breaker;

import org.jspecify.annotations.NullMarked;
