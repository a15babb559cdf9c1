/// Looks at certificates: of a server as it presents them, or in a file, and says whether they can be used.
///
/// Start at [Inspection]. The rules of chains are in `secrets`; here is how the certificates and what they point to are
/// got.
///
/// Must not come in: the node's own keys, the command line.
@NullMarked
package dev.sluice.node.tools.certificate;

import org.jspecify.annotations.NullMarked;
