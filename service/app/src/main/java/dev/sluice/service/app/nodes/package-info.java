/// The fleet: nodes register, lease, heartbeat and report here (the wire protocol), and clients look at integration
/// runtimes and their nodes.
///
/// Start at [NodeApi] (what nodes say) and [RuntimeApi] (what clients see); [Members] knows who was heard of last,
/// [News] wakes whoever waits for work.
///
/// Must not come in: decisions about runs, what a job does.
@NullMarked
package dev.sluice.service.app.nodes;

import org.jspecify.annotations.NullMarked;
