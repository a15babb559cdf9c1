/// Versions of the node's software side by side, and the way from one to the next.
///
/// Start at [Updater] (the steps of an update) and [Versions] (what lies in the folder `versions`). A [Bundle] is a
/// version as a file, signed by its maker. The switch itself is [Switch]: the process becomes a small watcher, which
/// runs the new version, and the old one again when the new one does not show that it works.
///
/// Must not come in: jobs, and what a version contains.
@NullMarked
package dev.sluice.node.tools.update;

import org.jspecify.annotations.NullMarked;
