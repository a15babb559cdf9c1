/// Azure's storage emulator as a child process, for tests and demonstrations that want the real protocol.
///
/// Start at [AzuriteServer]. It needs Node.js and npm and installs its pinned version once per user.
///
/// Must not come in: Azure's client libraries, test frameworks.
@NullMarked
package dev.sluice.data.testkit.azure;

import org.jspecify.annotations.NullMarked;
