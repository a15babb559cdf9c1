@NullMarked
package dev.sluice.connectors.kafka;

import org.jspecify.annotations.NullMarked;
