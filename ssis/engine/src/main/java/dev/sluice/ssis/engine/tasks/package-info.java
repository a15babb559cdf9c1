/// Tasks that need nothing but variables, files and other packages.
///
/// Start at [BuiltInTasks]. Each task reads its payload (`ObjectData`) itself, property expressions first.
@NullMarked
package dev.sluice.ssis.engine.tasks;

import org.jspecify.annotations.NullMarked;
