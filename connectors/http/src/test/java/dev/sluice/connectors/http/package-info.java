/// Tests against a real HTTP server on loopback.
@org.jspecify.annotations.NullMarked
package dev.sluice.connectors.http;
