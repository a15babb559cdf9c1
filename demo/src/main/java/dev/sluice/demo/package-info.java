/// `sluice demo`: the main job on a fresh machine, with real parts. It starts a service and a node as
/// processes of their own and a PostgreSQL, makes everything through the public REST API as any client
/// would, runs the pipeline, and then has another engine (DuckDB) check every column of every copy. Start
/// at [DemoMain].
///
/// Must not come in: Sluice's own readers and writers; what they made is judged here.
@NullMarked
package dev.sluice.demo;

import org.jspecify.annotations.NullMarked;
