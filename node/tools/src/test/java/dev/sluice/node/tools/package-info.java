/// Tests of the data folder and of registration, against a registrar over real TLS.
@org.jspecify.annotations.NullMarked
package dev.sluice.node.tools;
