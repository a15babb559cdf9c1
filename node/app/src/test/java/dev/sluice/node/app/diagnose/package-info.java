/// The commands of diagnosis as a person calls them.
@NullMarked
package dev.sluice.node.app.diagnose;

import org.jspecify.annotations.NullMarked;
