/// Servers that speak for Amazon's services, for tests. Start at [MotoServer]. Must not come in: anything that the
/// product ships.
@NullMarked
package dev.sluice.data.testkit.aws;

import org.jspecify.annotations.NullMarked;
