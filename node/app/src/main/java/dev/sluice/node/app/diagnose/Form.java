package dev.sluice.node.app.diagnose;

/// How a result is written.
enum Form {
    TABLE,
    JSON
}
