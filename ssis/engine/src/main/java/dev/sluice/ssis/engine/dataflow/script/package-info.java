/// Script components: C# that works on rows, in a process of its own.
///
/// Start at [ScriptComponent]. [ScriptClasses] writes what the designer would generate from the component's columns;
/// [ColumnFrames] puts columns into frames and takes them out.
///
/// Must not come in: how scripts are compiled and started, which is the package `script` of the engine.
@NullMarked
package dev.sluice.ssis.engine.dataflow.script;

import org.jspecify.annotations.NullMarked;
