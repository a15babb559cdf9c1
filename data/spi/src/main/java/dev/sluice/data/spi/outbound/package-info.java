/// How connections by HTTP leave this process: directly or through a proxy, and which authorities they trust.
///
/// Start at [WayOut]: the process's rules, and clients of `java.net.http` that keep to them and say when it was
/// the proxy that refused.
///
/// Must not come in: where the rules are kept, anything about one store.
@NullMarked
package dev.sluice.data.spi.outbound;

import org.jspecify.annotations.NullMarked;
