/// SSIS packages and projects as records: `.dtsx` of every format version since SQL Server 2005, `.ispac`, `.conmgr`,
/// `Project.params`, `.dtsConfig`. Reads only; executes nothing.
///
/// Start at [PackageReader] and [ProjectReader]; [SsisPackage], [Executable] and [Pipeline] are what they give. Both
/// encodings of the format end in the same records: 2 and 3 (properties as elements, cross-references by GUID or
/// number) and 6 and 8 (properties as attributes, cross-references by path). Every reference keeps the text it has in
/// the file, and [SsisPackage] finds what it means. What is not known here stays as [Element]s and is named.
///
/// Must not come in: expression evaluation, connections, anything that runs.
@NullMarked
package dev.sluice.ssis.packages;

import org.jspecify.annotations.NullMarked;
