/// Scripts of packages: C# that is compiled and run by Mono in a process of its own, with surroundings of
/// ours (`Host.cs` in the resources) in place of SSIS's assemblies.
///
/// Start at [ScriptHost]. The process gets variables and connections in lines on its standard input and answers with
/// events and changed variables in lines on its standard output.
///
/// Must not come in: control flow, connections; whoever runs a script gives their values.
@NullMarked
package dev.sluice.ssis.engine.script;

import org.jspecify.annotations.NullMarked;
