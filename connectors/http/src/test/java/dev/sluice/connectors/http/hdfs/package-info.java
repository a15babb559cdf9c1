@NullMarked
package dev.sluice.connectors.http.hdfs;

import org.jspecify.annotations.NullMarked;
