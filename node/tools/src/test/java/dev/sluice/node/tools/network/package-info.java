/// Walks through real networks that drop, reset and do not resolve.
@NullMarked
package dev.sluice.node.tools.network;

import org.jspecify.annotations.NullMarked;
