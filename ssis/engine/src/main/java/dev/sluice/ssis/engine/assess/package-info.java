/// What of a package would run here, found out without running it.
///
/// Start at [Assessment]. It asks the tables that the engine itself runs by, so that the two cannot disagree.
@NullMarked
package dev.sluice.ssis.engine.assess;

import org.jspecify.annotations.NullMarked;
