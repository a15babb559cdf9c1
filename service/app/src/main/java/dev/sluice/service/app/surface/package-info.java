/// What is left of Data Factory's surface: feature switches, private links, change data capture, the list of
/// operations, and everything that cannot exist here and says so.
///
/// Start at [Operations], the list of all operations with how each is answered; `docs/guide/api.md` is written from it.
///
/// Must not come in: runs, the node protocol, SQL.
@NullMarked
package dev.sluice.service.app.surface;

import org.jspecify.annotations.NullMarked;
