/// Stores of objects, which know names and versions but no folders: what reading and writing them have in common.
///
/// Start at [RangedInput], which reads ranges ahead of its consumer, and [PartedOutput], which sends parts side by
/// side as they fill up. [Calls] limits, repeats and ends requests.
///
/// Must not come in: a service's own words.
@NullMarked
package dev.sluice.data.remote.objects;

import org.jspecify.annotations.NullMarked;
