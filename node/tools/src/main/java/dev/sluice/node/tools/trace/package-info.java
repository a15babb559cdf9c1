/// Reads packet captures and says who did not answer, who refused and who cut a connection.
///
/// Start at [Trace]. [CaptureFile] knows the file formats, [Segment] the headers, [Conversation] what TCP should look
/// like. The sender of a reset is judged by its time to live: [Sender].
///
/// Must not come in: capturing itself, name look-ups, anything of a node's data folder.
@NullMarked
package dev.sluice.node.tools.trace;

import org.jspecify.annotations.NullMarked;
