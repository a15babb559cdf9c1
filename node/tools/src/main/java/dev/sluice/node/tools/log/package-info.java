/// The node's log as records: written as lines by the host, read again for people ([LogFolder]) and for the service
/// ([LogSender]), whatever their form.
///
/// Start at [LogEntry]. Must not come in: the logging library; who writes the lines is `node/app`'s business.
@NullMarked
package dev.sluice.node.tools.log;

import org.jspecify.annotations.NullMarked;
