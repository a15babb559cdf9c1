/// The node's two programs: the host ([NodeMain]: register, start, status, unregister) and the worker
/// ([WorkerMain]).
///
/// Here is what only a program has: command line, exit codes, signals, logging, where the jars lie. The host loads
/// no connector; the worker loads nothing of the host.
///
/// Must not come in: what a node does (that is `agent`), what its folder holds (that is `tools`).
@NullMarked
package dev.sluice.node.app;

import org.jspecify.annotations.NullMarked;
