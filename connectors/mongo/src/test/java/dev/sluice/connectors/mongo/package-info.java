@NullMarked
package dev.sluice.connectors.mongo;

import org.jspecify.annotations.NullMarked;
