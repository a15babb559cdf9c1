/// A small client of the Data Factory REST API and of Sluice's additions to it. Start at [ServiceClient].
@NullMarked
package dev.sluice.cli.client;

import org.jspecify.annotations.NullMarked;
