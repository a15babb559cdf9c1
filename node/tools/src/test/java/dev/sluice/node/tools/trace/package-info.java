@NullMarked
package dev.sluice.node.tools.trace;

import org.jspecify.annotations.NullMarked;
