/// The way from this machine to a server, walked hop by hop: resolver, TCP, proxy, TLS, HTTP, clocks.
///
/// Start at [NetworkWalk]. A walk changes nothing at the server: it connects, greets and leaves.
///
/// Must not come in: the node's folder, the command line, HTTP clients (each hop is made and measured by itself).
@NullMarked
package dev.sluice.node.agent.network;

import org.jspecify.annotations.NullMarked;
