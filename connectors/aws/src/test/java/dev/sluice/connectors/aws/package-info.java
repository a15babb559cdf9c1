/// A real server of S3's protocol, s3rver by npm, which checks signatures.
@org.jspecify.annotations.NullMarked
package dev.sluice.connectors.aws;
