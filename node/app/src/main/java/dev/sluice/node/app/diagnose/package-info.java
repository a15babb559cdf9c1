/// Commands that find out what is wrong between this machine and others: `sluice diagnose …`, `sluice certificate …`.
///
/// Start at [DiagnoseMain]. Each command shows what a room of `node/tools` found; none needs a registration.
///
/// Must not come in: the finding out itself.
@NullMarked
package dev.sluice.node.app.diagnose;

import org.jspecify.annotations.NullMarked;
