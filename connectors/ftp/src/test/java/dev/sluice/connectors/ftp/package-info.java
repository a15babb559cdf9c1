/// Real SFTP and FTP servers in the test's process.
@org.jspecify.annotations.NullMarked
package dev.sluice.connectors.ftp;
