package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// What is in a store, or should be: tables, files, columns, values. Evidence: `path` or `table`, `column`, `row`
/// (1-based, of the data, header not counted), `value`, `sourceType`, `sinkType`.
public final class DataFaults {
    private DataFaults() {}

    public static final Fault TABLE_MISSING = fault(
            "TableNotFound",
            Kind.SOURCE,
            "The table {table} does not exist in {store}, or '{user}' may not see it.",
            "Check schema and table name in the dataset; names are case-sensitive where the database is.",
            "For a sink, create the table first or set tableOption to autoCreate.");

    public static final Fault FILE_MISSING = fault(
            "FileNotFound",
            Kind.SOURCE,
            "{path} does not exist in {store}.",
            "Check folder and file name in the dataset; file names are case-sensitive.",
            "If files arrive later, wait for them with a Validation activity or a trigger.");

    public static final Fault FILE_FORBIDDEN = fault(
            "FileAccessDenied",
            Kind.USER,
            "The node may not {action} {path}.",
            "Give the account the node runs as ({user}) the right to {action} {path}.");

    public static final Fault FILE_FAILED = fault(
            "FileOperationFailed",
            Kind.SOURCE,
            "{path} in {store} cannot be used ({action}): {detail}",
            "See the operating system's own words in the evidence and mend what they name.");

    public static final Fault FILE_CHANGED = passing(
            "FileChangedWhileRead",
            Kind.SOURCE,
            "{path} in {store} was changed while it was read: {detail}.",
            "Run the activity again once nobody writes to the file.",
            "Let writers put new files beside the old ones instead of replacing files that are read.");

    public static final Fault PATH_OUTSIDE = fault(
            "PathOutsideRoot",
            Kind.USER,
            "The path '{path}' leads out of the root folder of {store}.",
            "Use a path below the host folder of the linked service, without '..'.");

    public static final Fault CONTAINER_MISSING = fault(
            "ContainerNotFound",
            Kind.USER,
            "The container '{container}' does not exist in {store}.",
            "Create the container or correct its name in the dataset.");

    public static final Fault DISK_FULL = fault(
            "DiskFull",
            Kind.SINK,
            "No space is left on the device that holds {path} ({free} bytes free).",
            "Free space or write to another folder; what this activity had written is removed.");

    public static final Fault COLUMN_MISSING = fault(
            "ColumnNotFound",
            Kind.USER,
            "The column '{column}' named in the mapping is not in {object}; columns are: {columns}.",
            "Correct the name in translator.mappings; names are compared case-sensitively.");

    public static final Fault MAPPING_INVALID = fault(
            "MappingInvalid",
            Kind.USER,
            "The column mapping cannot be used: {detail}",
            "Correct the activity's translator.");

    public static final Fault TYPE_MISMATCH = fault(
            "TypeConversionFailed",
            Kind.USER,
            "The value '{value}' of column '{column}' cannot be converted from {sourceType} to {sinkType}: {detail}",
            "Correct the data, or change the sink's column type or the mapping of '{column}'.",
            "To copy the other rows anyway, set enableSkipIncompatibleRow on the activity.");

    public static final Fault TYPE_UNSUPPORTED = fault(
            "TypeNotSupported",
            Kind.USER,
            "The column '{column}' of {object} has the type {sourceType}, which this connector does not read.",
            "Cast the column in a query, e.g. to text.");

    public static final Fault TYPES_INCOMPATIBLE = fault(
            "TypesIncompatible",
            Kind.USER,
            "Column '{column}': {sourceType} cannot be converted to {sinkType}.",
            "Change the sink's column type, map the column elsewhere, or cast it in a query.");

    public static final Fault NULL_REFUSED = fault(
            "NullNotAllowed",
            Kind.SINK,
            "Column '{column}' of {object} does not accept null.",
            "Give the column a value in the source query, or allow null in the sink.");

    public static final Fault ROW_REFUSED = fault(
            "RowRefusedBySink",
            Kind.SINK,
            "{object} refused a row ({status}): {detail}",
            "Correct the data or the sink's constraints. A store with transactions keeps no row of this activity, any other"
                    + " those that it took before.");

    public static final Fault MALFORMED_TEXT = fault(
            "DelimitedTextMalformed",
            Kind.SOURCE,
            "{path}: {detail}",
            "Check columnDelimiter, quoteChar, escapeChar, rowDelimiter and encodingName of the dataset.");

    public static final Fault TEXT_NOT_DIVISIBLE = fault(
            "DelimitedTextNotDivisible",
            Kind.SOURCE,
            "{path} was divided to be read in parallel, but a quoted value with line breaks spans one of the borders.",
            "Set parallelCopies of the activity to 1, so that the file is read in one piece.",
            "If the file is not meant to have such a value, look for a quote that is not closed.");

    public static final Fault TEXT_UNWRITABLE = fault(
            "DelimitedTextUnwritable",
            Kind.USER,
            "The value '{value}' of column '{column}', row {row}, cannot be written to {path}: {detail}",
            "Set quoteChar and escapeChar of the sink's dataset, or another delimiter.",
            "If it is a character that the encoding lacks, set encodingName to UTF-8.");

    public static final Fault MALFORMED_FILE = fault(
            "FileFormatInvalid",
            Kind.SOURCE,
            "{path} is not a valid {format} file: {detail}",
            "Check that the dataset's format and compression match the file, and that it was written completely.");

    public static final Fault MEMBER_REFUSED = fault(
            "ArchiveMemberRefused",
            Kind.SOURCE,
            "The member '{member}' of {path} is not unpacked: {detail}.",
            "Ask whoever made the archive: names like this are made to write outside of the folder that they are meant"
                    + " for.",
            "Make the archive anew, with each file once and with names below its own folder.");

    public static final Fault FEATURE_UNSUPPORTED = fault(
            "FormatFeatureNotSupported",
            Kind.USER,
            "{path}: {format} feature not supported: {detail}",
            "Write the file without that feature.");

    public static final Fault VALUE_TOO_LONG = fault(
            "ValueTooLong",
            Kind.USER,
            "The value of column '{column}' has {length} bytes; at most {limit} are possible here.",
            "Shorten the value in the source query or raise the limit of the sink's column.");

    public static final Fault QUERY_FAILED = fault(
            "QueryFailed",
            Kind.SOURCE,
            "{store} could not run the statement ({status}): {detail}",
            "Correct the query; run it in the database's own client to see the same message.");

    public static final Fault CONNECTION_CUT = passing(
            "StoreConnectionLost",
            Kind.NETWORK,
            "The connection to {store} was lost in the middle of {path}: {detail}",
            "Run the activity again; set a retry policy if this happens now and then.",
            "Look for a restart of the store or idle time-outs of firewalls at that time.");

    public static final Fault TRANSFER_FAILED = passing(
            "TransferFailed",
            Kind.SOURCE,
            "{action} {path} in {store} failed: {detail}",
            "See the store's own message; run the activity again if the cause may have passed.",
            "If it stays, report it together with the activity's log.");

    public static final Fault FILE_DIFFERS = fault(
            "FileDiffersInSink",
            Kind.SINK,
            "{path} in {store} is not what was read from the source: {detail}.",
            "Nothing of this activity has been kept; run it again, and look into the store if it happens again.",
            "To copy the other files anyway, set dataInconsistency of skipErrorFile.");

    public static final Fault NOT_AS_WRITTEN = fault(
            "SinkDiffersFromManifest",
            Kind.SINK,
            "What {store} holds is not what the copy wrote: {count} differences, the first: {detail}.",
            "Find out who has written to the place since the copy; where other loads went into it, too, compare with"
                    + " their manifests.",
            "Run the copy again if what it wrote has been lost.");

    public static final Fault MANIFEST_UNUSABLE = fault(
            "ManifestUnusable",
            Kind.USER,
            "{path} in {store} is no manifest of a copy: {detail}.",
            "Give the file that manifestLocation of the copy has kept, or the output of the activity run.");

    public static final Fault ROWS_LOST = fault(
            "DataInconsistent",
            Kind.NODE,
            "{read} rows were read, but {written} written and {skipped} skipped.",
            "Nothing was committed; run the activity again and report this if it happens again.");

    public static final Fault VALUES_CHANGED = fault(
            "DataChangedOnTheWay",
            Kind.NODE,
            "The values of column {column} were others when they were written ({written}) than when they were read"
                    + " ({read}), although nothing is converted there.",
            "Nothing was committed; test the machine's memory, run the activity again and report this if it happens"
                    + " again.");

    public static final Fault STAGED_FILES_LEFT = fault(
            "StagedFilesLeft",
            Kind.USER,
            "All rows are in the sink, but what was staged on the way stays in folder {folder} of '{store}': {detail}",
            "Give the account of '{store}' the right to delete, or delete the folder by hand.",
            "Running the activity again removes it, once it may.");
}
