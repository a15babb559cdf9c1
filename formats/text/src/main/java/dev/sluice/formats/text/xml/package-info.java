/// Data Factory's Xml: files of elements, read as the trees of JSON that they correspond to. Read only, as there.
///
/// Start at [XmlFormat]. [XmlElements] turns elements into plain trees, [XmlFile] gives them as JSON
/// documents: the whole file, or, with a `collectionReference`, bundles of the collection's elements, so
/// that a file may be of any length.
///
/// Must not come in: rows, columns, stores.
@NullMarked
package dev.sluice.formats.text.xml;

import org.jspecify.annotations.NullMarked;
