/// A real server of S3's protocol, s3rver by npm. It does not check signatures of version 4.
@org.jspecify.annotations.NullMarked
package dev.sluice.connectors.aws;
