/// Certificates of an authority made by openssl, presented and answered for by real servers.
@org.jspecify.annotations.NullMarked
package dev.sluice.node.tools.certificate;
