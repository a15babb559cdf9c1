@NullMarked
package dev.sluice.node.tools.log;

import org.jspecify.annotations.NullMarked;
