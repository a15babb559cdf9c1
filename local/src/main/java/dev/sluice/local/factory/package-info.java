/// A factory as it lies on disk: a Git folder of Data Factory, Synapse or Fabric, in whatever layout, an ARM template
/// with its parameters and linked templates, or one document. What is read keeps the file and the place it came from.
///
/// Start at [FactorySource]; [TemplateReader] reads templates, [Kinds] tells what a file holds, [Finding] is
/// something to say about a file.
///
/// Must not come in: checks of what the documents say, any network.
@NullMarked
package dev.sluice.local.factory;

import org.jspecify.annotations.NullMarked;
