/// Servers from npm's registry for tests: installed once into the user's cache folder, started on a free loopback port.
///
/// Start at [NpmPackage] and [NodeServer]. It needs Node.js and npm.
///
/// Must not come in: clients of those servers, test frameworks.
@NullMarked
package dev.sluice.data.testkit.npm;

import org.jspecify.annotations.NullMarked;
