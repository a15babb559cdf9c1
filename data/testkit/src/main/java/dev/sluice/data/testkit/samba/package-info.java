/// A real Samba server for tests. Start at [SambaServer]. Must not come in: anything that the product ships.
@NullMarked
package dev.sluice.data.testkit.samba;

import org.jspecify.annotations.NullMarked;
