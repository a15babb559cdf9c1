/// The local web console of a node: pages for its owner, on this machine only.
///
/// Start at [ConsoleServer] (who may ask what), then [ConsoleApi] (what can be asked); the pages are the
/// resources `console.html`, `.css` and `.js`. It is the JDK's own server, made when somebody asks for the
/// console and closed when nobody uses it, so that an idle node has neither the port nor the memory.
///
/// Must not come in: anything a command cannot do, and answers with a secret in them.
@NullMarked
package dev.sluice.node.app.console;

import org.jspecify.annotations.NullMarked;
