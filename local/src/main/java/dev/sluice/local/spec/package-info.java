/// `sluice test`: unit tests of pipelines. A test gives parameters and what activities are to come to, runs
/// the pipeline by the service's own decisions with a clock that jumps, and compares what ran, with which
/// inputs, with what it expects.
///
/// Start at [TestCommand]; [TestFile] and [YamlTree] read tests, [Stand] runs a pipeline, [Stubs] answers for its jobs,
/// [Verdict] compares, [Coverage] counts, [ExpectationText] writes expectations.
///
/// Must not come in: decisions about activities, any network, any real clock.
@NullMarked
package dev.sluice.local.spec;

import org.jspecify.annotations.NullMarked;
