/// `sluice driver`: JDBC drivers that do not come with the product, put where connectors look for them.
///
/// Start at [DriverCommand]. [DriverJars] looks into jars before they are taken, [DriverStore] is the folder. What
/// connectors need they say themselves ([dev.sluice.data.spi.Connector#driver()]).
@NullMarked
package dev.sluice.local.driver;

import org.jspecify.annotations.NullMarked;
